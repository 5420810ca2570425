import './switch.css';
import { Switch as AriaSwitch } from 'react-aria-components/Switch';

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** For what takes effect at once. */
export function Switch({ label, isOn, onChange }: SwitchProps) {
  return (
    <AriaSwitch className="switch" aria-label={label} isSelected={isOn} onChange={onChange}>
      <span className="switch-track" />
    </AriaSwitch>
  );
}
