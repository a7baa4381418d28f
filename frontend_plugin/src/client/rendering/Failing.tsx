/** A boundary around rewritten text: what cannot be shown gives way to the author's section. */

import {Component} from 'react';
import type {ReactNode} from 'react';

interface Props {
  readonly onFail: () => void;
  readonly children: ReactNode;
}

interface State {
  readonly failed: boolean;
}

export default class Failing extends Component<Props, State> {
  override state: State = {failed: false};

  static getDerivedStateFromError(): State {
    return {failed: true};
  }

  override componentDidCatch(): void {
    this.props.onFail();
  }

  override render(): ReactNode {
    return this.state.failed ? null : this.props.children;
  }
}
