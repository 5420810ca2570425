import { useState } from 'react';
import { useRows } from '../rows.ts';
import { AddServerDialog } from './add-server-dialog.tsx';
import { EmptyState } from './empty-state.tsx';
import { RemovalBar } from './removal-bar.tsx';
import { ServerList } from './server-list.tsx';

interface ServersPageProps {
  readonly isAdding: boolean;
  readonly onAdding: (isAdding: boolean) => void;
  readonly showCallers: () => void;
}

export function ServersPage({ isAdding, onAdding, showCallers }: ServersPageProps) {
  const rows = useRows();
  const [pasted, setPasted] = useState('');
  return (
    <>
      {rows.length === 0 ? (
        <EmptyState
          onText={(text) => {
            setPasted(text);
            onAdding(true);
          }}
          showCallers={showCallers}
        />
      ) : (
        <ServerList rows={rows} />
      )}
      <RemovalBar />
      <AddServerDialog
        where={rows.length === 0 ? pasted : ''}
        taken={rows.map((row) => row.name)}
        isOpen={isAdding}
        onClose={() => onAdding(false)}
      />
    </>
  );
}
