/** The site around a page, as far as a page's own tests need it. */

import React, {type ReactNode} from 'react';

interface Props {
  readonly title?: string;
  readonly children?: ReactNode;
}

export default function Layout({title, children}: Props): ReactNode {
  return <div data-title={title}>{children}</div>;
}
