import { forwardRef, type ComponentProps } from 'react';

export const Badge = forwardRef<HTMLSpanElement, ComponentProps<'span'>>((props, ref) => (
  <span ref={ref} {...props} />
));
