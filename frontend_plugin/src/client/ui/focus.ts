/** Focus that is not lost when the control that has it goes away. */

import {useLayoutEffect, type RefObject} from 'react';

/** When the control goes while it has the focus, the first of the others that is there gets it. */
export function useFocusHandOver(
  control: RefObject<HTMLElement | null>,
  heirs: readonly RefObject<HTMLElement | null>[],
): void {
  useLayoutEffect(() => {
    const element = control.current;
    return () => {
      if (element === null || document.activeElement !== element) return;
      queueMicrotask(() => heirs.find((heir) => heir.current !== null)?.current?.focus());
    };
  }, []);
}
