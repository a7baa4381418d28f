/** The tests' site has one language. */

export default {
  defaultLocale: 'en',
  currentLocale: 'en',
  locales: ['en'],
  path: 'i18n',
  localeConfigs: {
    en: {label: 'English', direction: 'ltr', htmlLang: 'en', calendar: 'gregory', path: 'en'},
  },
};
