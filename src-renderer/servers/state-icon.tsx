import { assertNever } from '../../src-main/engine/model/result.ts';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';
import {
  ClockIcon,
  ConnectingIcon,
  DisabledIcon,
  KeyIcon,
  LockIcon,
  MoreAccessIcon,
  OfflineIcon,
  PausedIcon,
  RejectedIcon,
  SigningInIcon,
  StoppedIcon,
  TickIcon,
} from '../ui/icons.tsx';

/** Each state its own outline; the colour only repeats it. */
export function StateIcon({ state }: { readonly state: ServerState }) {
  const [tone, Icon] = lookOf(state);
  return (
    <span className={`state-icon c-${tone}`}>
      <Icon />
    </span>
  );
}

function lookOf(state: ServerState) {
  switch (state.kind) {
    case 'ready':
      return state.stepUp ? (['need', MoreAccessIcon] as const) : (['ok', TickIcon] as const);
    case 'connecting':
      return ['ink', ConnectingIcon] as const;
    case 'login-needed':
      return ['need', KeyIcon] as const;
    case 'logging-in':
      return ['ink', SigningInIcon] as const;
    case 'locked':
      return ['off', LockIcon] as const;
    case 'waiting':
      if (state.problem.code === 'token-rejected') return ['need', RejectedIcon] as const;
      return ['wait', state.problem.code === 'network-unreachable' ? OfflineIcon : ClockIcon] as const;
    case 'stopped':
      return ['stop', state.problem.code === 'credential-rejected' ? RejectedIcon : StoppedIcon] as const;
    case 'disabled':
      return ['off', DisabledIcon] as const;
    case 'paused':
      return ['off', PausedIcon] as const;
    default:
      return assertNever(state);
  }
}
