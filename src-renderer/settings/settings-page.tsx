import './settings.css';
import { useState } from 'react';
import { PIN_TOOLS } from '../../src-main/engine/model/pinned-tools.ts';
import { LANGUAGES, THEMES } from '../../src-main/engine/model/window-settings.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import { vaultText } from '../footer.tsx';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Switch } from '../ui/switch.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { actionLabel, sentenceFor } from '../ui/words.ts';
import { CommandLineTool } from './command-line-tool.tsx';
import { PortForm } from './port-form.tsx';
import { Setting } from './setting.tsx';

const { settings: words } = texts;

const BROWSER_POLICIES = ['ask', 'when-needed'] as const;
const LOG_LEVELS = ['info', 'debug'] as const;

/** What a person may choose for all servers, and where things are. */
export function SettingsPage({ showCallers }: { readonly showCallers: () => void }) {
  const settings = useWindow((state) => state.settings);
  const overview = useWindow((state) => state.overview);
  const [error, setError] = useState<string>();
  const change = async (part: CallInput<'changeSettings'>): Promise<string | undefined> => {
    const reply = await useWindow.getState().client?.changeSettings(part);
    if (reply?.ok) useWindow.getState().showSettings(reply.value);
    const sentence = reply && !reply.ok ? sentenceFor(reply.problem) : undefined;
    setError(sentence);
    return sentence;
  };
  if (!settings || !overview) return null;
  const { vault } = overview;
  return (
    <div className="settings">
      <FormError sentence={error} />
      <Setting title={words.theme}>
        <Choice
          label={words.theme}
          value={settings.theme}
          options={THEMES.map((id) => ({ id, label: words.themes[id] }))}
          onChange={(theme) => void change({ theme })}
        />
      </Setting>
      <Setting title={words.language}>
        <Choice
          label={words.language}
          value={settings.language}
          options={LANGUAGES.map((id) => ({ id, label: words.languages[id] }))}
          onChange={(language) => void change({ language })}
        />
      </Setting>
      <Setting title={words.browser} hint={words.browserHints[settings.openBrowser]}>
        <Choice
          label={words.browser}
          value={settings.openBrowser}
          options={BROWSER_POLICIES.map((id) => ({ id, label: words.browserPolicies[id] }))}
          onChange={(openBrowser) => void change({ openBrowser })}
        />
      </Setting>
      <Setting title={words.pinTools} hint={words.pinToolsHints[settings.pinTools]}>
        <Choice
          label={words.pinTools}
          value={settings.pinTools}
          options={PIN_TOOLS.map((id) => ({ id, label: words.pinToolsChoices[id] }))}
          onChange={(pinTools) => void change({ pinTools })}
        />
      </Setting>
      <Setting title={words.startAtLogin} hint={words.startAtLoginHints[settings.startAtLogin]}>
        {settings.startAtLogin === 'not-here' ? null : (
          <Switch
            label={words.startAtLogin}
            isOn={settings.startAtLogin === 'on'}
            onChange={(isOn) => void change({ startAtLogin: isOn ? 'on' : 'off' })}
          />
        )}
      </Setting>
      <CommandLineTool state={settings.commandLineTool} onChange={(to) => change({ commandLineTool: to })} />
      <Setting title={words.vault} hint={words.vaultHints[vault.kind]}>
        <span>{vaultText(vault)}</span>
        {vault.kind === 'locked' ? (
          <Button onPress={() => void useWindow.getState().client?.unlockVault({})}>{actionLabel('unlock')}</Button>
        ) : null}
      </Setting>
      <Setting title={words.callers} hint={laterTexts.callers.lead}>
        <Button onPress={showCallers}>{words.showCallers(overview.callers)}</Button>
      </Setting>
      <Setting title={words.port} hint={words.portHint}>
        <PortForm key={settings.port} port={settings.port} onSave={(port) => change({ port })} />
      </Setting>
      <Setting title={words.log} hint={words.logHint}>
        <Choice
          label={words.log}
          value={settings.logLevel}
          options={LOG_LEVELS.map((id) => ({ id, label: words.logLevels[id] }))}
          onChange={(logLevel) => void change({ logLevel })}
        />
      </Setting>
      <Setting title={words.dataFolder} hint={words.dataFolderHint}>
        <span className="mono">{overview.dataDir}</span>
        <CopyButton kind="link" text={overview.dataDir} name={words.copyDataFolder} />
      </Setting>
      <Setting title={words.version}>{overview.version}</Setting>
    </div>
  );
}
