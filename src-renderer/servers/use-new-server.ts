import { useEffect, useRef, useState } from 'react';
import { fail, type Result } from '../../src-main/engine/model/result.ts';
import type { CallOutput } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { useFormErrors } from '../ui/form-errors.ts';
import { type AddField, type AddServerFields, entryFrom, errorsFrom, errorsIn, NO_FIELDS } from './add-server-form.ts';
import { joinCommand, writeVariables } from './command-line.ts';
import { looksLikeSnippet, readSnippet, type SnippetServer } from './snippet.ts';
import { suggestName } from './suggest-name.ts';

interface Look {
  /** What was looked at, as text: what was changed since is not found yet. */
  readonly at: string;
  readonly result: Result<CallOutput<'lookAt'>>;
}

/** A server on its way into the configuration: read, looked at, then added. */
export function useNewServer(start: string, taken: readonly string[], onAdded: () => void) {
  const [servers, setServers] = useState(() => snippetIn(start));
  const [chosen, setChosen] = useState(() => servers?.[0]);
  const [fields, setFields] = useState<AddServerFields>(() => ({
    ...NO_FIELDS,
    ...(chosen ? fieldsOf(chosen) : { where: start, name: suggestName(start, taken) ?? '' }),
  }));
  const [isNameOwn, setNameOwn] = useState(false);
  const [busy, setBusy] = useState<'looking' | 'adding'>();
  const [look, setLook] = useState<Look>();
  const { form, errors, refuse, forgive } = useFormErrors<AddField>();

  const entry = entryFrom(fields, chosen);
  const at = JSON.stringify(entry);
  const found = look?.at === at ? look.result : undefined;

  const choose = (server: SnippetServer): void => {
    setChosen(server);
    setFields({ ...fields, cwd: '', variables: '', ...fieldsOf(server) });
  };
  const changeWhere = (where: string): void => {
    forgive('where');
    const pasted = snippetIn(where);
    setServers(pasted);
    const [first] = pasted ?? [];
    setChosen(first);
    if (first) {
      setFields({ ...fields, cwd: '', variables: '', ...fieldsOf(first) });
      return;
    }
    const suggested = isNameOwn ? undefined : suggestName(where, taken);
    setFields({ ...fields, where, ...(suggested === undefined ? {} : { name: suggested }) });
  };
  const change = (field: AddField) => (value: string) => {
    if (field === 'where') return changeWhere(value);
    if (field === 'name') setNameOwn(value !== '');
    forgive(field);
    setFields({ ...fields, [field]: value });
  };

  const lookAt = async (): Promise<void> => {
    const { client } = useWindow.getState();
    if (!client) return;
    setBusy('looking');
    const reply = await client.lookAt(entry);
    setBusy(undefined);
    if (!reply.ok && (reply.problem.code === 'invalid-input' || reply.problem.code === 'config-invalid')) {
      return refuse(errorsFrom(reply.problem));
    }
    setLook({ at, result: reply.ok ? reply : fail(reply.problem) });
  };
  const add = async (): Promise<void> => {
    const { client, rows, showReply } = useWindow.getState();
    if (!client) return;
    setBusy('adding');
    const { name, clientSecret } = fields;
    const reply = await client.addServer({ name, ...entry, ...(clientSecret ? { clientSecret } : {}) });
    setBusy(undefined);
    if (!reply.ok) return refuse(errorsFrom(reply.problem));
    showReply(reply.value, rows[reply.value.name]);
    onAdded();
  };
  /** Looks first, then adds what was found. */
  const submit = async (): Promise<void> => {
    if (busy) return;
    const mistakes = errorsIn(fields, taken);
    if (Object.keys(mistakes).length > 0) return refuse(mistakes);
    await (found ? add() : lookAt());
  };

  // Whoever comes with a text has asked for it to be looked at.
  const first = useRef(start.trim() !== '');
  useEffect(() => {
    if (!first.current) return;
    first.current = false;
    void submit();
  });

  const field = (key: AddField) => ({ value: fields[key], error: errors[key], onChange: change(key) });
  return { form, errors, field, fields, servers, chosen, choose, busy, found, submit };
}

function snippetIn(text: string): readonly SnippetServer[] | undefined {
  return looksLikeSnippet(text) ? readSnippet(text) : undefined;
}

function fieldsOf(server: SnippetServer): Partial<AddServerFields> {
  const { name } = server;
  if ('url' in server) return { where: server.url, name };
  const { command, args, cwd = '', env } = server;
  return { where: joinCommand([command, ...args]), name, cwd, variables: writeVariables(env) };
}
