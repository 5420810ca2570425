import { useState } from 'react';
import { useRows } from '../rows.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';

const { loginToAll: words } = texts;

/** One button for all that need a sign-in, one after the other; while that runs, the one that ends it. */
export function LoginToAll() {
  const rows = useRows();
  const progress = useWindow((state) => state.overview?.loginToAll);
  const [passedOver, setPassedOver] = useState<string>();
  const needing = rows.filter((row) => row.state.kind === 'login-needed').length;
  const start = async () => {
    setPassedOver(undefined);
    const reply = await useWindow.getState().client?.startLoginToAll({ openBrowser: true });
    if (!reply) return;
    if (!reply.ok) setPassedOver(sentenceFor(reply.problem));
    else if (!reply.value.stopped && reply.value.passedOver.length > 0) {
      setPassedOver(words.passedOver(reply.value.passedOver.map(({ name }) => name)));
    }
  };
  const offers = progress === undefined && needing > 1;
  const told = needing > 0 ? passedOver : undefined;
  if (!progress && !offers && told === undefined) return null;
  return (
    <div className="login-to-all">
      <span className="endpoint-label" role="status">
        {progress ? words.progress(progress.server, progress.left) : told}
      </span>
      {progress ? (
        <Button onPress={() => void useWindow.getState().client?.stopLoginToAll({})}>{words.stop}</Button>
      ) : null}
      {offers ? <Button onPress={() => void start()}>{words.start}</Button> : null}
    </div>
  );
}
