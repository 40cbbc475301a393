/** A moment for people: `2026-11-23 09:21:05 UTC`. */
export const utc = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;
