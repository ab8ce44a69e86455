/** One field of a form, drawn from its description. */

import { useL } from '../i18n';
import type { Name } from '../names';
import { type Field, withChosen } from './fields';
import { LinesField } from './LinesField';
import { PlanField } from './PlanField';

interface FormFieldProps {
  field: Field;
  value: unknown;
  isLocked: boolean;
  wrong: Name | null;
  /** Where the server refused one line of several. */
  wrongAt?: string;
  onWrite: (value: unknown) => void;
}

export function FormField({ field, value, isLocked, wrong, wrongAt, onWrite }: FormFieldProps) {
  const L = useL();
  const id = `adm-${field.name}`;
  const told = [field.help ? `${id}-help` : '', wrong ? `${id}-wrong` : ''].filter(Boolean).join(' ') || undefined;
  const isGroup = field.kind === 'many' || field.kind === 'lines' || field.kind === 'plan';
  const label = (
    <>
      {L.of(field)}
      {field.isRequired && <span aria-hidden="true"> *</span>}
    </>
  );
  const below = (
    <>
      {field.help && (
        <p className="adm-help" id={`${id}-help`}>
          {L.of(field.help)}
        </p>
      )}
      {wrong && (
        <p className="fld-no" id={`${id}-wrong`} role="alert">
          {L.of(wrong)}
        </p>
      )}
    </>
  );
  if (isGroup) {
    return (
      <fieldset
        className="adm-f adm-wide"
        data-field={field.name}
        data-wrong={wrong ? true : undefined}
        aria-describedby={told}
        disabled={isLocked}
      >
        <legend>{label}</legend>
        {field.kind === 'many' && <Many field={field} value={(value as readonly string[] | undefined) ?? []} onWrite={onWrite} />}
        {field.kind === 'lines' && (
          <LinesField field={field} value={(value as never[]) ?? []} isLocked={isLocked} wrongAt={wrongAt} onWrite={onWrite} />
        )}
        {field.kind === 'plan' && (
          <PlanField field={field} value={(value as Record<string, number[]>) ?? {}} isLocked={isLocked} onWrite={onWrite} />
        )}
        {below}
      </fieldset>
    );
  }
  const common = {
    id,
    'data-field': field.name,
    disabled: isLocked,
    'aria-invalid': wrong ? true : undefined,
    'aria-describedby': told,
    'aria-required': field.isRequired,
  } as const;
  return (
    <div className="adm-f fld" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      {field.kind === 'choice' ? (
        <select
          {...common}
          value={String(value ?? '')}
          onChange={(event) => onWrite(chosen(withChosen(field.choices(), value), event.target.value))}
        >
          {!(field.isRequired && value) && <option value="">{L('–', '–')}</option>}
          {withChosen(field.choices(), value).map((choice) => (
            <option key={choice.value} value={String(choice.value)}>
              {L.of(choice)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          value={String(value ?? '')}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onWrite(event.target.value)}
        />
      )}
      {below}
    </div>
  );
}

/** A select hands back text; the choice itself may be a number. */
export const chosen = (choices: readonly { value: string | number }[], text: string): string | number =>
  choices.find(({ value }) => String(value) === text)?.value ?? text;

function Many({
  field,
  value,
  onWrite,
}: {
  field: Extract<Field, { kind: 'many' }>;
  value: readonly string[];
  onWrite: (value: readonly string[]) => void;
}) {
  const L = useL();
  // What is chosen already and not offered any more stays, and can be let go.
  const choices = value.reduce((all, one) => withChosen(all, one), field.choices());
  return (
    <div className="adm-many">
      {choices.map((choice) => {
        const code = String(choice.value);
        const isOn = value.includes(code);
        return (
          <label key={code} className="adm-check" data-on={isOn || undefined}>
            <input
              type="checkbox"
              checked={isOn}
              onChange={() =>
                onWrite(
                  isOn
                    ? value.filter((one) => one !== code)
                    : choices.map((one) => String(one.value)).filter((one) => one === code || value.includes(one)),
                )
              }
            />
            {L.of(choice)}
          </label>
        );
      })}
      {value.length === 0 && <span className="dim">{L.of(field.none)}</span>}
    </div>
  );
}
