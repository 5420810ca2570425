import { useWindow } from '../store.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';

const { edit: words } = texts;

/** The rest has no field; the file is read again when it is saved. */
export function InFile({ name }: { readonly name: string }) {
  const dataDir = useWindow((state) => state.overview?.dataDir ?? '');
  const file = `${dataDir}${dataDir.includes('\\') ? '\\' : '/'}config.json`;
  return (
    <div>
      <p className="dialog-text">{words.how}</p>
      <dl className="details">
        <dt>{words.file}</dt>
        <dd>
          <span className="mono">{file}</span> <CopyButton kind="link" text={file} name={words.copyFile} />
        </dd>
        <dt>{words.entry}</dt>
        <dd className="mono">mcpServers.{name}</dd>
      </dl>
    </div>
  );
}
