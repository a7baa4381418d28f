/** Stands in for the diagrams of `@docusaurus/theme-mermaid`, which draw in a real browser only. */

import React from 'react';

export default function Mermaid({value}: {readonly value: string}) {
  return <div className="docusaurus-mermaid-container">{value}</div>;
}
