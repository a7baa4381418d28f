/** What a section is made of: trees to build from, and the page's own blocks between them. */

import type {Block, NativeBlock, ShownSection, TreeBlock} from './core';

type Built = NativeBlock | TreeBlock;

/** Null where the API sent something that cannot be built from. */
export function treesOf({blocks}: ShownSection): readonly Built[] | null {
  const built = blocks?.filter(isBuilt) ?? null;
  return built?.length === blocks?.length ? built : null;
}

function isBuilt(block: Block): block is Built {
  return !('markdown' in block);
}
