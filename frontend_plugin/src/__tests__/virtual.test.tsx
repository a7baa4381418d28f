// @vitest-environment jsdom
/** The virtual modules of a built site resolve in the tests as they do there. */

import Link from '@docusaurus/Link';
import Translate from '@docusaurus/Translate';
import {DocProvider, useDoc} from '@docusaurus/plugin-content-docs/client';
import {Context} from '@docusaurus/core/lib/client/docusaurusContext';
import {render, screen} from '@testing-library/react';
import {MemoryRouter} from 'react-router-dom';
import {expect, test} from 'vitest';

test('components of Docusaurus itself can be rendered', () => {
  render(
    <MemoryRouter>
      <Translate id="theme.chapterwise.test">Plain words</Translate>
    </MemoryRouter>,
  );
  expect(screen.getByText('Plain words')).toBeTruthy();
  expect([Link, DocProvider, useDoc, Context].every(Boolean)).toBe(true);
});
