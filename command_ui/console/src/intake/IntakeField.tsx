/** A plain field of the intake with its refusal under it, and which field a refusal of the server names. */
import type { Speak } from '../i18n';
import type { DraftField } from './draft';

interface IntakeFieldProps {
  field: DraftField;
  label: string;
  value: string;
  problem: string | undefined;
  onWrite: (text: string) => void;
}

export function IntakeField({ field, label, value, problem, onWrite }: IntakeFieldProps) {
  const id = `intake-${field}`;
  return (
    <div className="fld" data-wrong={problem ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        data-field={field}
        value={value}
        autoComplete="off"
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => onWrite(event.target.value)}
      />
      {problem && (
        <p className="fld-no" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** `place.lon`, `lat` and the like are said where the place is written. */
export function fieldOf(named: string): DraftField | null {
  const head = named.split('.')[0] ?? '';
  const fields: readonly DraftField[] = ['place', 'incident_type', 'caller_number', 'caller_name', 'address', 'district', 'description'];
  return head === 'lon' || head === 'lat' ? 'place' : (fields.find((field) => field === head) ?? null);
}

export function sourceName(source: string, L: Speak): string {
  if (source === 'app') return L('手机应用', 'App');
  if (source === 'sensor') return L('传感器', 'Sensor');
  return source === 'other' ? L('其他', 'Other') : source;
}
