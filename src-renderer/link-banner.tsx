import { useWindow } from './store.ts';
import { Banner } from './ui/banner.tsx';
import { CopyButton } from './ui/copy-button.tsx';
import { OfflineIcon } from './ui/icons.tsx';
import { texts } from './ui/texts.ts';

/** Said where the engine does not answer, or no longer knows this window. */
export function LinkBanner() {
  const link = useWindow((state) => state.link);
  if (link === 'gone') {
    return (
      <Banner tone="need" icon={<OfflineIcon />} title={texts.link.goneTitle}>
        {texts.link.goneText}
      </Banner>
    );
  }
  if (link !== 'used-up') return null;
  return (
    <Banner
      tone="need"
      icon={<OfflineIcon />}
      title={texts.link.usedUpTitle}
      action={<CopyButton text={texts.link.usedUpCommand} name={`${texts.copy}: ${texts.link.usedUpCommand}`} />}
    >
      {texts.link.usedUpText}
    </Banner>
  );
}
