import { chromiumPath } from './chromium';

it('names the package that is missing', () => {
  expect(() => chromiumPath({ PATH: '/nowhere' })).toThrow('apt-get install chromium');
});

it('names a path that leads nowhere', () => {
  expect(() => chromiumPath({ GREENLIGHT_CHROMIUM: '/nowhere/chromium' })).toThrow('"/nowhere/chromium"');
});
