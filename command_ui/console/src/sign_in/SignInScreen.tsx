/** The sign-in: alone before the first session, and over the screen when a session has ended. What was being typed stays underneath. */

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { createPortal } from 'react-dom';
import { useL } from '../i18n';
import { useInstallation } from '../installation';
import { Refusal } from '../refusal';
import { changePassword, enter, leave, postpone, useSignIn } from '../session';
import { setSettings } from '../settings';

// The server's rule, told before it has to refuse.
const PASSWORD_CHARACTERS_MIN = 12;

/** `isOver`: a screen lies under it. */
export function SignInScreen({ isOver }: { isOver: boolean }) {
  const L = useL();
  const { state, session, why } = useSignIn();
  const root = useRef<HTMLDivElement>(null);
  useSuspended(root, isOver && state !== 'unknown');
  const { agency_name_zh, agency_name_en } = useInstallation();
  if (state === 'unknown') return null;
  // Beside the dialogs and menus in the page, or an open one would shut it off; as a top layer it may take the focus from them.
  return createPortal(
    <div
      ref={root}
      className="sign-in"
      data-react-aria-top-layer="true"
      data-over={isOver || undefined}
      role="dialog"
      aria-modal="true"
      aria-label={L('登录', 'Sign in')}
    >
      <div className="sign-in-b">
        <header>
          <svg width="40" height="40" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M1 5 8 1l7 4v1H1zM3 7h10v2H3zM4 10h8v4H4z" />
            <path className="gate" d="M7 11h2v3H7z" />
          </svg>
          <div>
            <h1>{L('鼓楼', 'Drumtower')}</h1>
            <p>{L(agency_name_zh || '应急指挥', agency_name_en || 'Emergency command')}</p>
          </div>
          <Button className="btn bare" onPress={() => setSettings({ lang: L.lang === 'zh' ? 'en' : 'zh' })}>
            {L('English', '中文')}
          </Button>
        </header>
        {why ? (
          <p className="refusal" role="alert">
            <span aria-hidden="true">!</span>
            {L(why.zh, why.en)}
          </p>
        ) : null}
        {session?.must_change_password && state === 'signed_in' ? <NewPassword /> : <Credentials account={session?.account ?? ''} />}
      </div>
    </div>,
    document.body,
  );
}

/** What is open over the screen (a dialog, a menu) rests under the sign-in, with all that was typed in it, and goes on where it was after. */
function useSuspended(signIn: RefObject<HTMLElement | null>, isOver: boolean): void {
  useLayoutEffect(() => {
    if (!isOver) return;
    const overlays = [...document.body.children].filter(
      (one): one is HTMLElement =>
        one instanceof HTMLElement && one !== signIn.current && one.querySelector('.screen') === null && !one.inert,
    );
    for (const one of overlays) one.inert = true;
    return () => {
      for (const one of overlays) one.inert = false;
    };
  }, [signIn, isOver]);
}

function useAct(act: () => Promise<void>) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      setRefusal(problem);
    } finally {
      setBusy(false);
    }
  };
  return { refusal, isBusy, run };
}

function Told({ refusal }: { refusal: Refusal | null }) {
  const L = useL();
  return refusal ? (
    <p className="refusal" role="alert">
      <span aria-hidden="true">!</span>
      {L(refusal.zh, refusal.en)}
    </p>
  ) : null;
}

function Credentials({ account: known }: { account: string }) {
  const L = useL();
  const [account, setAccount] = useState(known);
  const [password, setPassword] = useState('');
  const { refusal, isBusy, run } = useAct(() => enter(account.trim(), password));
  // A refused password is typed anew; the account stays.
  useEffect(() => {
    if (refusal) setPassword('');
  }, [refusal]);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void run();
      }}
    >
      <TextField className="fld" name="account" value={account} onChange={setAccount} isRequired autoFocus={known === ''}>
        <Label>{L('账号', 'Account')}</Label>
        <Input autoComplete="username" spellCheck="false" autoCapitalize="none" />
      </TextField>
      <TextField
        className="fld"
        name="password"
        type="password"
        value={password}
        onChange={setPassword}
        isRequired
        autoFocus={known !== ''}
      >
        <Label>{L('密码', 'Password')}</Label>
        <Input autoComplete="current-password" />
      </TextField>
      <Told refusal={refusal} />
      <Button className="btn primary" type="submit" isDisabled={isBusy}>
        {isBusy ? L('正在登录…', 'Signing in…') : L('登录', 'Sign in')}
      </Button>
    </Form>
  );
}

function NewPassword() {
  const L = useL();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const { refusal, isBusy, run } = useAct(() => changePassword(old, next));
  const isShort = next !== '' && next.length < PASSWORD_CHARACTERS_MIN;
  const isOther = again !== '' && again !== next;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && !isShort && next === again) void run();
      }}
    >
      <p>{L('这是初始密码,请换成自己的。', 'This is the first password: set one of your own.')}</p>
      <TextField className="fld" type="password" value={old} onChange={setOld} isRequired autoFocus>
        <Label>{L('现在的密码', 'Present password')}</Label>
        <Input autoComplete="current-password" />
      </TextField>
      <TextField className="fld" type="password" value={next} onChange={setNext} isRequired isInvalid={isShort}>
        <Label>
          {L(`新密码(至少 ${PASSWORD_CHARACTERS_MIN} 个字符)`, `New password (at least ${PASSWORD_CHARACTERS_MIN} characters)`)}
        </Label>
        <Input autoComplete="new-password" />
      </TextField>
      <TextField className="fld" type="password" value={again} onChange={setAgain} isRequired isInvalid={isOther}>
        <Label>{isOther ? L('再输一遍(与上面不同)', 'Once more (it differs)') : L('再输一遍', 'Once more')}</Label>
        <Input autoComplete="new-password" />
      </TextField>
      <Told refusal={refusal} />
      <footer>
        <Button className="btn bare" onPress={() => void leave()}>
          {L('退出', 'Sign out')}
        </Button>
        <Button className="btn" onPress={postpone}>
          {L('以后再改', 'Later')}
        </Button>
        <Button className="btn primary" type="submit" isDisabled={isBusy}>
          {L('保存', 'Save')}
        </Button>
      </footer>
    </Form>
  );
}
