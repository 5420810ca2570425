import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';

export type ButtonKind = 'plain' | 'filled' | 'icon' | 'ghost' | 'link';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  /** `filled` is for what a person has to do, and for nothing else on the page. */
  readonly kind?: ButtonKind;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'plain', children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={kind === 'link' ? 'link' : `btn btn-${kind}`}>
      {children}
    </AriaButton>
  );
}
