/** A part of the screen that may fail alone: what it is not, it says, and all the rest goes on. */

import { Component, type ReactNode } from 'react';

interface Props {
  children: ReactNode;
  /** Shown in its place. */
  instead: ReactNode;
}

export class Part extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.instead : this.props.children;
  }
}
