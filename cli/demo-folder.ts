/** Where a demo leaves its recording, unless the option names another folder. */
export const DEMO_FOLDER = 'out/demo';
