import './activity.css';
import { useMemo, useState } from 'react';
import { Choice } from '../ui/choice.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import { type ActivityFilter, EVERYTHING, isIn, namesIn } from './activity-filter.ts';
import { ActivityList } from './activity-list.tsx';
import { useActivity } from './use-activity.ts';

const { activity: words } = laterTexts;

/** The calls of all callers, as they come. */
export function ActivityPage() {
  const rows = useActivity();
  const [filter, setFilter] = useState<ActivityFilter>(EVERYTHING);
  const found = useMemo(() => rows?.filter(isIn(filter)), [rows, filter]);
  if (!rows || !found) return null;
  if (rows.length === 0) return <p className="none-found">{words.none}</p>;
  const names = (of: 'server' | 'caller', everybody: string) => [
    { id: '', label: everybody },
    ...namesIn(rows, of, filter[of]).map((name) => ({ id: name, label: name })),
  ];
  return (
    <>
      <search className="list-tools">
        <Choice
          label={words.server}
          value={filter.server}
          options={names('server', words.allServers)}
          onChange={(server) => setFilter({ ...filter, server })}
        />
        <Choice
          label={words.caller}
          value={filter.caller}
          options={names('caller', words.allCallers)}
          onChange={(caller) => setFilter({ ...filter, caller })}
        />
        <Choice
          label={words.outcome}
          value={filter.outcome}
          options={[
            { id: 'all', label: words.allOutcomes },
            { id: 'errors', label: words.errors },
          ]}
          onChange={(outcome) => setFilter({ ...filter, outcome })}
        />
        <span className="activity-count" role="status">
          {words.count(found.length)}
        </span>
      </search>
      {found.length === 0 ? <p className="none-found">{words.noneFound}</p> : <ActivityList rows={found} />}
    </>
  );
}
