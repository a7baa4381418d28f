/** What a site owner can set, and what it is when they do not. */

import {Joi} from '@docusaurus/utils-validation';
import type {OptionValidationContext} from '@docusaurus/types';

export interface PluginOptions {
  readonly id: string;
  /** Where the Chapterwise API answers, without `/api/v1`: `https://api.example.com`. */
  readonly apiUrl: string;
  /** The folder that the API serves as DOCS_DIR, relative to the site. */
  readonly docsDir: string;
  /** The route of the learner's profile page, below the site's base URL. */
  readonly profilePath: string;
  /** The languages that a chapter is offered in, as BCP-47 tags. */
  readonly languages: readonly string[];
  /** Who signs learners in: this theme's forms, or the site itself by `setAccessTokenProvider`. */
  readonly auth: 'chapterwise' | 'external';
}

export type Options = Partial<PluginOptions> & Pick<PluginOptions, 'apiUrl'>;

/** What the browser is told of the options; the profile page's route has the base URL in it. */
export type PublicOptions = Omit<PluginOptions, 'id'>;

export const DEFAULTS = {
  id: 'default',
  docsDir: 'docs',
  profilePath: '/personalize/profile',
  languages: ['en', 'ur'],
  auth: 'chapterwise',
} as const satisfies Omit<PluginOptions, 'apiUrl'>;

const schema = Joi.object<PluginOptions>({
  apiUrl: Joi.string()
    .uri({scheme: ['http', 'https']})
    .custom(trimApiUrl)
    .required()
    .messages({
      'any.required': '"apiUrl" is needed: where the API answers, as in https://api.example.com.',
      'string.empty': '"apiUrl" is empty: where the API answers, as in https://api.example.com.',
      'string.uriCustomScheme': '"apiUrl" must be a whole address that begins with http or https.',
      'apiUrl.plain': '"apiUrl" is an address without user name, question mark or #.',
    }),
  docsDir: Joi.string().default(DEFAULTS.docsDir).messages({
    'string.empty': '"docsDir" is empty: write "." for the site\'s own folder.',
  }),
  profilePath: Joi.string()
    .pattern(/^\/[^\s?#]+$/)
    .default(DEFAULTS.profilePath)
    .messages({'string.pattern.base': '"profilePath" is a path that begins with a slash.'}),
  languages: Joi.array()
    .items(Joi.string().custom(canonicalTag))
    .min(1)
    .unique()
    .default([...DEFAULTS.languages])
    .messages({
      'language.tag': '"languages" holds "{{#value}}", which is no language tag like en or pt-BR.',
      'array.min': '"languages" needs one language at least.',
    }),
  auth: Joi.string().valid('chapterwise', 'external').default(DEFAULTS.auth),
})
  .custom(refuseSecond)
  .messages({'theme.once': '"id" can be left out: a site has this theme once.'});

export function validateOptions({
  validate,
  options,
}: OptionValidationContext<Options, PluginOptions>): PluginOptions {
  return validate(schema, options);
}

/** Docusaurus adds `id` itself; the browser's data lies under the one name that it knows. */
function refuseSecond(value: PluginOptions, helpers: Joi.CustomHelpers) {
  return value.id === DEFAULTS.id ? value : helpers.error('theme.once');
}

/** The address as the client needs it: no slash at its end, and not twice the API's prefix. */
function trimApiUrl(value: string, helpers: Joi.CustomHelpers): string | Joi.ErrorReport {
  const url = new URL(value);
  if (url.search || url.hash || url.username || url.password) return helpers.error('apiUrl.plain');
  return value.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
}

function canonicalTag(value: string, helpers: Joi.CustomHelpers): string | Joi.ErrorReport {
  try {
    return Intl.getCanonicalLocales(value)[0] ?? helpers.error('language.tag', {value});
  } catch {
    return helpers.error('language.tag', {value});
  }
}
