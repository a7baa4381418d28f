/** What changed in a section, read off both texts as the page renders them. */

import React, {useEffect, useRef, useState, type ReactNode} from 'react';
import Translate from '@docusaurus/Translate';
import type {Sides} from '@theme/Chapterwise/Comparison';
import Difference, {type Part} from '@theme/Chapterwise/Difference';

import {compare} from 'docusaurus-theme-chapterwise/client';

export default function Comparison(sides: Sides): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [parts, setParts] = useState<readonly Part[] | null>(null);

  function toggle(): void {
    setOpen(!isOpen);
    setParts(null);
  }
  return (
    <>
      <button
        type="button"
        className="button button--secondary button--sm"
        aria-expanded={isOpen}
        onClick={toggle}
      >
        <Translate
          id="theme.chapterwise.comparison.open"
          description="The button that shows which words of a section were changed"
        >
          What changed?
        </Translate>
      </button>
      {isOpen && parts && <Difference parts={parts} />}
      {isOpen && !parts && (
        <Reading {...sides} onRead={setParts} onFail={() => setOpen(false)} />
      )}
    </>
  );
}

interface ReadingProps extends Sides {
  readonly onRead: (parts: readonly Part[]) => void;
  /** The comparing code could not be fetched. */
  readonly onFail: () => void;
}

/** Only one of the texts is on the page; for the moment of reading both are, unseen. */
function Reading({original, shown, onRead, onFail}: ReadingProps): ReactNode {
  const sides = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [before, after] = sides.current?.children ?? [];
    let isWanted = true;
    if (before && after) {
      const tell = (parts: readonly Part[]) => isWanted && onRead(parts);
      compare(before, after).then(tell, () => isWanted && onFail());
    }
    return () => {
      isWanted = false;
    };
  }, []);
  return (
    <div ref={sides} hidden>
      <div>{original}</div>
      <div>{shown}</div>
    </div>
  );
}
