// Keeps a part that cannot be drawn from taking the rest of the page along. What is drawn comes from a service, from peers
// and from models, and React takes the whole page away where a part of it throws.
import { Component, type ReactNode } from "react";

interface BoundaryProps {
  /** what stands in for a part that threw */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

export class Boundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: true } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
