/** The units on the incident, a time for each step. The next step is the only lit button; a digit arms a step, Enter carries it out. */
import { Fragment, useEffect, useMemo, useState } from 'react';
import { command } from '../api';
import { type Assignment, type IncidentBoard, STATUSES, type Status } from '../documents';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { documents, useLink, useView } from '../live/store';
import { Key, StatusMark } from '../parts/Marks';
import { useIsThen } from '../time_machine/moment';
import { say, setUi, useUiPart } from '../ui';
import { recordStep } from './acts';
import { arm, armed, disarm, useArmed } from './arming';
import { claimFocus } from './awaitedFocus';
import { ReasonLine } from './ReasonLine';
import { useRoving } from './roving';
import { STEP_DIGITS, StepCell } from './StepCell';
import { columnsOf, entryOf, type Moment, nextStep, OUTCOME_NAMES, STEP_NAMES, STEPS, type Step } from './steps';
import { TimeEditor } from './TimeEditor';
import { transports } from './transports';

type Asked = { what: 'time'; assignment: string; moment: Moment } | { what: 'end'; assignment: string; how: 'cancel' | 'decline' };

export function AssignedSection({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  // Capabilities decide whether a unit transports; they change with the fleet, not with its positions.
  useView('unit_status');
  const isThen = useIsThen();
  const isLost = useLink().state === 'lost' || isThen;
  const selectedUnit = useUiPart('selectedUnit');
  const waiting = useArmed();
  const [asked, setAsked] = useState<Asked | null>(null);
  const rows = useMemo(
    () =>
      [...incident.assignments].sort(
        (a, b) => Number(b.is_open) - Number(a.is_open) || (a.times.dispatched ?? '').localeCompare(b.times.dispatched ?? ''),
      ),
    [incident.assignments],
  );
  const columns = columnsOf(rows, rows.some(takesPeople));
  const roving = useRoving(rows.length);
  const current = rows[roving.index];
  const { setIndex } = roving;
  const openUnits = rows.filter((row) => row.is_open).map((row) => row.unit);

  // The row follows the chosen unit; the focus comes only where it was promised, after a dispatch.
  useEffect(() => {
    const index = rows.findIndex((row) => row.unit === selectedUnit && row.is_open);
    if (index >= 0) setIndex(index);
  }, [rows, selectedUnit, setIndex]);
  const openCount = openUnits.length;
  useEffect(() => {
    if (openCount === 0) return;
    // After the new unit's row has become the table's tab stop.
    const frame = requestAnimationFrame(() => claimFocus('assigned'));
    return () => cancelAnimationFrame(frame);
  }, [openCount]);

  const focusRow = () => requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-pane='assigned']")?.focus());
  const leave = () => {
    setAsked(null);
    focusRow();
  };
  const step = async (row: Assignment, wanted: Step) => {
    const outcome = await recordStep({ incident: incident.number, assignment: row }, wanted);
    if (outcome === 'late') setAsked({ what: 'time', assignment: row.assignment, moment: wanted });
  };
  const armStep = (row: Assignment, wanted: Step) => {
    const entry = entryOf(row, wanted);
    if (entry.how === 'now') arm(row.assignment, wanted);
    else if (entry.how === 'refused') say(entry.why.zh, entry.why.en, 'no');
    else setAsked({ what: 'time', assignment: row.assignment, moment: wanted });
  };
  const inRow = (act: (row: Assignment) => unknown) => () => {
    const isHere = document.activeElement instanceof HTMLElement && document.activeElement.closest('[data-part=assigned] [data-roving]');
    return isHere && current ? act(current) : false;
  };
  useEffect(() =>
    registerKeys([
      ...STEPS.map((wanted) => ({
        key: STEP_DIGITS[wanted],
        zh: `已派单位:备「${STEP_NAMES[wanted].zh}」,再按 Enter 登记`,
        en: `Assigned unit: arm «${STEP_NAMES[wanted].en.toLowerCase()}», then Enter`,
        where: 'incident' as const,
        run: inRow((row) => armStep(row, wanted)),
      })),
      {
        key: 'Enter',
        zh: '已派单位:登记所备步骤;未备则备下一步',
        en: 'Assigned unit: do the armed step, else arm the next one',
        where: 'incident',
        run: inRow((row) => {
          const now = armed();
          if (now?.assignment === row.assignment) return void step(row, now.step);
          const next = nextStep(row, takesPeople(row));
          return next ? armStep(row, next) : false;
        }),
      },
      {
        key: 'Escape',
        zh: '放下所备步骤',
        en: 'Let go of the armed step',
        where: 'incident',
        isHidden: true,
        run: () => (armed() ? disarm() : false),
      },
      {
        key: 'E',
        zh: '已派单位:补录或更正时间',
        en: 'Assigned unit: enter or correct a time',
        where: 'incident',
        run: inRow((row) => setAsked({ what: 'time', assignment: row.assignment, moment: momentToEdit(row) })),
      },
      {
        key: 'X',
        zh: '已派单位:取消派遣',
        en: 'Assigned unit: cancel the assignment',
        where: 'incident',
        run: inRow((row) => (row.is_open ? setAsked({ what: 'end', assignment: row.assignment, how: 'cancel' }) : false)),
      },
      {
        key: 'D',
        zh: '已派单位:单位拒派',
        en: 'Assigned unit: it declines',
        where: 'incident',
        run: inRow((row) => (row.is_open ? setAsked({ what: 'end', assignment: row.assignment, how: 'decline' }) : false)),
      },
    ]),
  );

  if (rows.length === 0) {
    return (
      <section className="sub asg" data-part="assigned" aria-label={L('已派单位', 'Assigned units')}>
        <header className="s-head">
          <h3>{L('已派单位', 'Assigned')}</h3>
          <Key k="A" />
          <span className="dim" data-pane="assigned" tabIndex={-1}>
            {L('尚未派出', 'None dispatched yet')}
          </span>
        </header>
      </section>
    );
  }
  const lit = current && waiting?.assignment === current.assignment ? waiting.step : null;
  return (
    <section className="sub asg" data-part="assigned" aria-label={L('已派单位', 'Assigned units')}>
      <table
        className="tbl"
        data-many={columns.length > 5 ? columns.length : undefined}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: one tab stop whose rows the arrows move through is a grid
        role="grid"
        aria-label={L('已派单位', 'Assigned units')}
        ref={roving.ref as React.RefObject<HTMLTableElement>}
        onKeyDown={roving.onKeyDown}
      >
        <thead className="th">
          <tr>
            <th scope="col" className="c0">
              {L('已派', 'Units')} <span className="num">{openUnits.length}</span> <Key k="A" />
            </th>
            {columns.map((moment) => (
              <th key={moment} scope="col">
                {L(STEP_NAMES[moment].zh, STEP_NAMES[moment].short_en)}
                {moment !== 'dispatched' && <Key k={STEP_DIGITS[moment]} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const next = nextStep(row, takesPeople(row));
            const isHere = index === roving.index;
            const rove = roving.row(index);
            return (
              <Fragment key={row.assignment}>
                <tr
                  className="tr"
                  aria-selected={row.unit === selectedUnit}
                  data-selected={(row.unit === selectedUnit && row.is_open) || undefined}
                  data-ended={!row.is_open || undefined}
                  {...rove}
                  {...(isHere ? { 'data-pane': 'assigned' } : {})}
                  onFocus={() => {
                    rove.onFocus();
                    if (row.is_open && selectedUnit !== row.unit) setUi({ selectedUnit: row.unit });
                  }}
                >
                  <th scope="row" className="td c0">
                    <span className="st-u">
                      <StatusMark s={markOf(row)} />
                      <b className="num">{row.unit}</b>
                    </span>
                  </th>
                  {columns.map((moment) => (
                    <td key={moment} className="td">
                      <StepCell
                        assignment={row}
                        moment={moment}
                        isNext={moment === next}
                        isArmed={waiting?.assignment === row.assignment && waiting.step === moment}
                        isOff={isLost}
                        onStep={(wanted) => {
                          if (wanted === 'cleared' && !(armed()?.assignment === row.assignment && armed()?.step === 'cleared'))
                            armStep(row, wanted);
                          else void step(row, wanted);
                        }}
                        onTime={(wanted) => setAsked({ what: 'time', assignment: row.assignment, moment: wanted })}
                      />
                    </td>
                  ))}
                </tr>
                {!row.is_open && row.outcome && row.outcome !== 'cleared' && (
                  <tr className="tr-why">
                    <td colSpan={columns.length + 1}>
                      {L(OUTCOME_NAMES[row.outcome]?.zh ?? row.outcome, OUTCOME_NAMES[row.outcome]?.en ?? row.outcome)}
                      {row.reason && ` · ${row.reason}`}
                    </td>
                  </tr>
                )}
                {asked?.assignment === row.assignment && (
                  <tr className="tr-ask">
                    <td colSpan={columns.length + 1}>
                      {asked.what === 'time' ? (
                        <TimeEditor key={asked.moment} incident={incident.number} assignment={row} moment={asked.moment} onLeave={leave} />
                      ) : (
                        <ReasonLine
                          label={
                            asked.how === 'cancel'
                              ? L(`取消 ${row.unit} 的派遣,理由`, `Cancel ${row.unit}, why`)
                              : L(`${row.unit} 拒派,理由`, `${row.unit} declines, why`)
                          }
                          draft={`${asked.how}.${row.assignment}`}
                          onLeave={leave}
                          onSave={async (reason) => {
                            await command(asked.how === 'cancel' ? 'cancel_assignment' : 'decline_assignment', {
                              assignment: row.assignment,
                              reason,
                            });
                            say(
                              `${row.unit} ${asked.how === 'cancel' ? '已取消派遣' : '已拒派'}`,
                              `${row.unit} ${asked.how === 'cancel' ? 'cancelled' : 'declined'}`,
                            );
                          }}
                        />
                      )}
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      <p className="asg-hint" data-armed={lit ? true : undefined} aria-live="polite">
        {lit && current ? (
          <>
            <b>
              {current.unit} → {L(STEP_NAMES[lit].zh, STEP_NAMES[lit].en)}
            </b>{' '}
            <Key k="↵" /> {L('执行', 'do it')} <Key k="Esc" /> {L('放下', 'let go')}
          </>
        ) : (
          <>
            {openCount > 0 && (
              <>
                <Key k="1-6" /> {L('备步', 'arm')} <Key k="↵" /> {L('执行', 'do')}
              </>
            )}{' '}
            <Key k="E" /> {L('补录/更正', 'times')}{' '}
            {openCount > 0 && (
              <>
                <Key k="X" /> {L('取消', 'cancel')} <Key k="D" /> {L('拒派', 'decline')}
              </>
            )}
          </>
        )}
      </p>
    </section>
  );
}

const takesPeople = (row: Assignment): boolean => transports(documents('unit_status').get(row.unit)?.capabilities);

/** The newest time is what is corrected most; a skipped step is what is entered late. */
function momentToEdit(row: Assignment): Moment {
  const furthest = Math.max(-1, ...STEPS.map((step, index) => (row.times[step] ? index : -1)));
  const skipped = STEPS.slice(0, 3).find((step, index) => index < furthest && !row.times[step]);
  return skipped ?? STEPS[furthest] ?? 'dispatched';
}

const isStatus = (status: string): status is Status => (STATUSES as readonly string[]).includes(status);

function markOf(row: Assignment): Status {
  if (!row.is_open) return 'available';
  if (row.status === 'at_destination') return 'transporting';
  return isStatus(row.status) ? row.status : 'available';
}
