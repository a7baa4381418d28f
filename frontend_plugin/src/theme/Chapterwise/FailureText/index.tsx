/** What went wrong, in plain words. */

import React, {type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/FailureText';

import {describeWait, useLocale} from 'docusaurus-theme-chapterwise/client';
import type {Failure, FailureKind} from 'docusaurus-theme-chapterwise/core';

// Where our sentence says it all, the server's would only say it again.
const TOLD_BY_US: ReadonlySet<FailureKind> = new Set([
  'offline',
  'signed-out',
  'limit',
  'not-found',
  'interrupted',
]);

export default function FailureText({failure, isExternal = false}: Props): ReactNode {
  const locale = useLocale();
  const detail = TOLD_BY_US.has(failure.kind) ? null : failure.detail;
  return (
    <>
      {describeFailure(failure, locale, isExternal)}
      {detail !== null && (
        <>
          {' '}
          <span dir="auto">{detail}</span>
        </>
      )}
    </>
  );
}

function describeFailure(failure: Failure, locale: string, isExternal: boolean): string {
  switch (failure.kind) {
    case 'offline':
      return translate({
        id: 'theme.chapterwise.failure.offline',
        message: 'The service cannot be reached. Check your connection and try again.',
        description: 'When the API does not answer at all',
      });
    case 'signed-out':
      return describeSignedOut(isExternal);
    case 'limit':
      return describeLimit(failure, locale);
    case 'not-found':
      return translate({
        id: 'theme.chapterwise.failure.notFound',
        message: 'The service does not know this chapter, so it cannot be personalized.',
        description: 'When the API answers that there is no such chapter',
      });
    case 'interrupted':
      return translate({
        id: 'theme.chapterwise.failure.interrupted',
        message: 'The connection broke off. What has come stays.',
        description: 'When the stream ended too early and could not be resumed',
      });
    case 'unavailable':
      return translate({
        id: 'theme.chapterwise.failure.unavailable',
        message: 'The service has a problem. Try again in a moment.',
        description: 'When the API answers with an error of its own',
      });
    default:
      return translate({
        id: 'theme.chapterwise.failure.refused',
        message: 'The service refused this.',
        description: 'When the API refuses a request; a sentence of the API follows',
      });
  }
}

function describeSignedOut(isExternal: boolean): string {
  return isExternal
    ? translate({
        id: 'theme.chapterwise.failure.signInHere',
        message: 'Sign in on this site first.',
        description: "When the site's own sign-in is used and nobody has signed in",
      })
    : translate({
        id: 'theme.chapterwise.failure.signedOut',
        message: 'You are signed out. Sign in to go on.',
        description: 'When the session has ended',
      });
}

function describeLimit({retryAfterS}: Failure, locale: string): string {
  return retryAfterS === null
    ? translate({
        id: 'theme.chapterwise.failure.limit',
        message: 'That was a lot in a short time. Try again a little later.',
        description: 'When the limit is reached and it is not known for how long',
      })
    : translate(
        {
          id: 'theme.chapterwise.failure.limitUntil',
          message: 'That was a lot in a short time. You can try again {wait}.',
          description: 'When the limit is reached; {wait} is as in “in 3 minutes”',
        },
        {wait: describeWait(locale, retryAfterS)},
      );
}
