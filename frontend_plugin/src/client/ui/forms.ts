/** Small helps for forms. */

import type {RefObject} from 'react';

/** Put the focus on the first field that something is wrong with, once React has marked it. */
export function focusFirstProblem(form: RefObject<HTMLFormElement | null>): void {
  setTimeout(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, 0);
}
