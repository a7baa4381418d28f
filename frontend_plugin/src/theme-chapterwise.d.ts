/** The theme's components, for those who wrap or replace them. */

declare module '@theme/Chapterwise/Bar' {
  import type {ReactNode} from 'react';

  export default function ChapterwiseBar(): ReactNode;
}

declare module '@theme/Chapterwise/StartButton' {
  import type {ReactNode, RefObject} from 'react';

  export interface Props {
    readonly isReady: boolean;
    /** It was clicked, and it is not known yet who is reading. */
    readonly isWaiting: boolean;
    readonly isAgain: boolean;
    readonly control: RefObject<HTMLButtonElement | null>;
    readonly heirs: readonly RefObject<HTMLElement | null>[];
    readonly onStart: () => void;
  }
  export default function StartButton(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/StopButton' {
  import type {ReactNode, RefObject} from 'react';

  export interface Props {
    readonly control: RefObject<HTMLButtonElement | null>;
    readonly heirs: readonly RefObject<HTMLElement | null>[];
    readonly onStop: () => void;
  }
  export default function StopButton(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/ViewSwitch' {
  import type {ReactNode, RefObject} from 'react';
  import type {View} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly view: View;
    readonly control: RefObject<HTMLButtonElement | null>;
    readonly onShow: (view: View) => void;
  }
  export default function ViewSwitch(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Language' {
  import type {ReactNode} from 'react';

  export interface Props {
    readonly offered: readonly string[];
    /** The language asked for, or null for the profile's. */
    readonly value: string | null;
    readonly isDisabled: boolean;
    readonly onChoose: (language: string | null) => void;
  }
  export default function Language(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/AccountMenu' {
  import type {ReactNode} from 'react';

  export interface Props {
    readonly onSignIn: () => void;
  }
  export default function AccountMenu(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Progress' {
  import type {ReactNode} from 'react';
  import type {ChapterState} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly state: ChapterState;
    readonly isWaiting: boolean;
  }
  export default function Progress(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Notice' {
  import type {ReactNode} from 'react';
  import type {ChapterState} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly state: ChapterState;
    readonly isExternal: boolean;
    readonly onRetry: () => void;
    readonly onAskAgain: () => void;
    readonly onSignIn: () => void;
  }
  export default function Notice(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/FailureText' {
  import type {ReactNode} from 'react';
  import type {Failure} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly failure: Failure;
    /** Whether nobody can sign in here, but somewhere else on the site. */
    readonly isExternal?: boolean;
  }
  export default function FailureText(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Reasons' {
  import type {ReactNode} from 'react';
  import type {ChapterState} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly state: ChapterState;
    readonly onShowOriginal: () => void;
  }
  export default function Reasons(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Section' {
  import type {ReactNode} from 'react';
  import type {ShownSection} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    /** Null until it has come, and while the author's page is read. */
    readonly section: ShownSection | null;
    /** False where the page has other blocks than the API says: the author's section is shown. */
    readonly fits?: boolean;
    readonly original: ReactNode;
    readonly shown: ReactNode;
  }
  export default function Section(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/SectionPanel' {
  import type {ReactNode} from 'react';
  import type {ShownSection, Writer} from 'docusaurus-theme-chapterwise/core';
  import type {Sides} from '@theme/Chapterwise/Comparison';

  export interface Props {
    readonly section: ShownSection;
    /** Whether there is a text other than the author's. */
    readonly isShaped: boolean;
    /** Who has written what is not the author's. */
    readonly writer: Writer;
    readonly isOriginalShown: boolean;
    readonly onShowOriginal: (isOriginalShown: boolean) => void;
    /** Null where words cannot be compared: the section is in another language. */
    readonly sides: Sides | null;
  }
  export default function SectionPanel(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Comparison' {
  import type {ReactNode} from 'react';

  export interface Sides {
    readonly original: ReactNode;
    readonly shown: ReactNode;
  }
  export default function Comparison(props: Sides): ReactNode;
}

declare module '@theme/Chapterwise/Difference' {
  import type {ReactNode} from 'react';

  export interface Part {
    readonly kind: 'same' | 'added' | 'removed';
    readonly text: string;
  }
  export interface Props {
    readonly parts: readonly Part[];
  }
  export default function Difference(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Thumbs' {
  import type {ReactNode} from 'react';

  export interface Props {
    /** The section that is judged; without one it is the chapter as a whole. */
    readonly section?: string;
    readonly question: string;
  }
  export default function Thumbs(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Verdict' {
  import type {ReactNode} from 'react';

  export default function Verdict(): ReactNode;
}

declare module '@theme/Chapterwise/AccountDialog' {
  import type {ReactNode} from 'react';

  export interface Props {
    readonly start: 'sign-in' | 'sign-up';
    readonly onClose: () => void;
  }
  export default function AccountDialog(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/SignIn' {
  import type {ReactNode} from 'react';

  export interface Props {
    readonly mode: 'sign-in' | 'sign-up';
    readonly onSwitch: () => void;
    readonly onDone: () => void;
  }
  export default function SignIn(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Onboarding' {
  import type {ReactNode} from 'react';
  import type {Onboarding as Answers} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly answers: Answers | null;
    readonly onSaved: () => void;
    readonly onSkip?: () => void;
  }
  export default function Onboarding(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Field' {
  import type {InputHTMLAttributes, ReactNode} from 'react';

  export interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'> {
    readonly name: string;
    readonly label: string;
    readonly hint?: string;
    /** What is wrong with what was typed. */
    readonly problem?: string | null;
  }
  export default function Field(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/PasswordField' {
  import type {ReactNode} from 'react';
  import type {Props as FieldProps} from '@theme/Chapterwise/Field';

  export type Props = Omit<FieldProps, 'type'>;
  export default function PasswordField(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/ProfilePage' {
  import type {ReactNode} from 'react';

  export default function ProfilePage(): ReactNode;
}

declare module '@theme/Chapterwise/Unseen' {
  import type {ReactNode} from 'react';

  export interface Props {
    readonly children: ReactNode;
  }
  export default function Unseen(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/Question' {
  import type {ReactNode} from 'react';
  import type {OnboardingField} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    readonly field: OnboardingField;
    readonly value: string;
    readonly onChoose: (value: string) => void;
  }
  export default function Question(props: Props): ReactNode;
}

declare module '@theme/Chapterwise/PasswordCard' {
  import type {ReactNode} from 'react';

  export default function PasswordCard(): ReactNode;
}

declare module '@theme/Chapterwise/DataCard' {
  import type {ReactNode} from 'react';

  export default function DataCard(): ReactNode;
}

declare module '@theme/Chapterwise/FormProblem' {
  import type {ReactNode} from 'react';
  import type {Failure} from 'docusaurus-theme-chapterwise/core';

  export interface Props {
    /** Null where nothing went wrong, or where it is told beside a field. */
    readonly failure: Failure | null;
    /** Other words than those for the failure. */
    readonly children?: ReactNode;
  }
  export default function FormProblem(props: Props): ReactNode;
}
