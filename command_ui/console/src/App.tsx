/** The console: who sits here, in which language, before which screen. */

import { useEffect, useRef } from 'react';
import { I18nProvider } from 'react-aria-components';
import { InLanguage, speak } from './i18n';
import { screenOf } from './screens/catalogue';
import { Frame } from './screens/Frame';
import { go, useRoute } from './screens/route';
import { useSignIn } from './session';
import { useSettings } from './settings';
import { SignInScreen } from './sign_in/SignInScreen';

export function App() {
  const { lang, theme, density, text_percent } = useSettings();
  const { state, session } = useSignIn();
  const { screen, rest } = useRoute();
  const isKnown = (state === 'signed_in' || state === 'ended') && session !== null;
  // Who signs in again where they sat, and is asked for a new password, still has their screen under it.
  const seated = useRef('');
  const isInside = isKnown && (!session.must_change_password || seated.current === session.account);
  const isUnder = state === 'ended' || session?.must_change_password === true;
  useEffect(() => {
    seated.current = isInside ? session.account : '';
  }, [isInside, session]);
  useEffect(() => {
    const root = document.documentElement;
    root.lang = lang === 'zh' ? 'zh-CN' : 'en';
    root.dataset.theme = theme;
    root.dataset.density = density;
    root.style.setProperty('--zoom', String(text_percent / 100));
    const L = speak(lang);
    document.title = [L('鼓楼', 'Drumtower'), L.of(screenOf(screen)), rest].filter(Boolean).join(' · ');
  }, [lang, theme, density, text_percent, screen, rest]);
  // A wall's account may read nothing of the other screens: whatever the address says, it is the wall.
  const isWall = isInside && session.roles.length > 0 && session.roles.every((role) => role === 'wall');
  useEffect(() => {
    if (isWall && screen !== 'wall') go('wall');
  }, [isWall, screen]);
  return (
    <InLanguage lang={lang}>
      <I18nProvider locale={lang === 'zh' ? 'zh-CN' : 'en-GB'}>
        {isInside && (!isWall || screen === 'wall') ? <Frame key={session.account} isEnded={isUnder} /> : null}
        {state !== 'signed_in' || session?.must_change_password ? <SignInScreen isOver={isInside} /> : null}
      </I18nProvider>
    </InLanguage>
  );
}
