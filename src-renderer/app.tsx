import { Suspense, useEffect, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { Banners } from './banners.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { LinkBanner } from './link-banner.tsx';
import { someRow } from './rows.ts';
import { ServersPage } from './servers/servers-page.tsx';
import { useLanguage } from './settings/use-language.ts';
import { useTheme } from './settings/use-theme.ts';
import { useWindow } from './store.ts';
import { Button } from './ui/button.tsx';
import { PlusIcon } from './ui/icons.tsx';
import { later, loadTheRest } from './ui/later.ts';
import { MenuButton } from './ui/menu-button.tsx';
import { texts } from './ui/texts.ts';

const ActivityPage = later(async () => (await import('./activity/activity-page.tsx')).ActivityPage);
const CallersPage = later(async () => (await import('./callers/callers-page.tsx')).CallersPage);
const SettingsPage = later(async () => (await import('./settings/settings-page.tsx')).SettingsPage);

export function App() {
  useTheme();
  const language = useLanguage();
  const link = useWindow((state) => state.link);
  const isKnown = useWindow((state) => state.overview !== undefined);
  useEffect(() => {
    if (!isKnown) return;
    // For whoever measures how long it took (`npm run bench`).
    performance.mark('gatehouse-usable');
    loadTheRest();
  }, [isKnown]);
  return (
    <div className="app">
      <Header />
      <main>
        <LinkBanner />
        {isKnown ? (
          // What cannot be clicked with success is dimmed and out of the way of the keyboard.
          <div className="body" inert={link !== 'open'}>
            <Pages language={language} />
          </div>
        ) : null}
      </main>
      <Footer />
    </div>
  );
}

function Pages({ language }: { readonly language: number }) {
  const [page, setPage] = useState('servers');
  const [isAdding, setAdding] = useState(false);
  // No more than it needs of the rows: these come fifty times a second, and tabs are slow.
  const hasRows = useWindow((state) => someRow(state, () => true));
  const canPause = useWindow((state) => someRow(state, ({ kind }) => kind !== 'paused' && kind !== 'disabled'));
  const callers = useWindow((state) => state.overview?.callers ?? 0);
  return (
    <Tabs className="pages" selectedKey={page} onSelectionChange={(key) => setPage(String(key))}>
      <nav className="bar" aria-label={texts.tabs.label}>
        <TabList aria-label={texts.tabs.label} className="tabs">
          <Tab id="servers" className="tab">
            {texts.tabs.servers}
          </Tab>
          <Tab id="activity" className="tab">
            {texts.tabs.activity}
          </Tab>
          <Tab id="callers" className="tab">
            {texts.tabs.callers}
            {callers > 0 ? <span className="tab-count">{callers}</span> : null}
          </Tab>
          <Tab id="settings" className="tab">
            {texts.tabs.settings}
          </Tab>
        </TabList>
        {page === 'servers' && hasRows ? (
          <>
            <Button onPress={() => setAdding(true)}>
              <PlusIcon />
              <span className="btn-words">{texts.add.open}</span>
            </Button>
            {canPause ? <AllMenu /> : null}
          </>
        ) : null}
      </nav>
      <Banners />
      <TabPanel id="servers" className="page">
        {/* Rows that did not change would keep their words. */}
        <ServersPage key={language} isAdding={isAdding} onAdding={setAdding} showCallers={() => setPage('callers')} />
      </TabPanel>
      <TabPanel id="activity" className="page">
        <Suspense>
          <ActivityPage key={language} />
        </Suspense>
      </TabPanel>
      <TabPanel id="callers" className="page">
        <Suspense>
          <CallersPage />
        </Suspense>
      </TabPanel>
      <TabPanel id="settings" className="page">
        <Suspense>
          <SettingsPage showCallers={() => setPage('callers')} />
        </Suspense>
      </TabPanel>
    </Tabs>
  );
}

function AllMenu() {
  const pauseAll = () => void useWindow.getState().client?.pause({});
  return <MenuButton label={texts.more} groups={() => [[{ id: 'pause', label: texts.pauseAll, run: pauseAll }]]} />;
}
