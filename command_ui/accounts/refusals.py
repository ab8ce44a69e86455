"""Why somebody is not let in: each as an answer of the interface, with a sentence in both languages."""

from __future__ import annotations

from typing import Literal

from command_ui.problems import Problem

Ending = Literal["signed_out", "expired", "idle", "disabled", "password_changed"]

_ENDINGS: dict[Ending, tuple[str, str]] = {
    "signed_out": ("You are not signed in, or have signed out.", "您尚未登录或已退出。"),
    "expired": ("Your sign-in has reached its time limit: sign in again.", "登录已到时限,请重新登录。"),
    "idle": ("Your sign-in was not used for too long: sign in again.", "登录闲置过久,请重新登录。"),
    "disabled": ("Your account was disabled: ask an administrator.", "您的账号已停用,请联系管理员。"),
    "password_changed": ("Your password was changed elsewhere: sign in with the new one.", "密码已在别处更改,请用新密码登录。"),
}


class NotSignedIn(Problem):
    """401: nobody, or nobody any more."""

    def __init__(self, reason: Ending = "signed_out") -> None:
        self.reason = reason
        en, zh = _ENDINGS[reason]
        super().__init__(401, "not_signed_in", en, zh, data={"reason": reason}, headers={"WWW-Authenticate": 'Bearer realm="drumtower"'})


class SignInIsWrong(Problem):
    """401: which of the two is wrong is not said."""

    def __init__(self) -> None:
        super().__init__(401, "sign_in_is_wrong", "The account or the password is wrong.", "账号或密码不正确。", field="password")


class AccountIsShut(Problem):
    """401: told only to who has the right password."""

    def __init__(self, account: str) -> None:
        super().__init__(
            401,
            "account_is_disabled",
            f"Account {account} is disabled: ask an administrator.",
            f"账号 {account} 已停用,请联系管理员。",
            field="account",
        )


class TokenIsWrong(Problem):
    """401: unknown, revoked, expired, or of a disabled account."""

    def __init__(self) -> None:
        super().__init__(
            401,
            "token_is_wrong",
            "The token is unknown, revoked or expired, or its account is disabled.",
            "令牌无效、已吊销或已过期,或其账号已停用。",
            headers={"WWW-Authenticate": 'Bearer realm="drumtower", error="invalid_token"'},
        )


class OldPasswordIsWrong(Problem):
    """422: the sign-in itself goes on."""

    def __init__(self) -> None:
        super().__init__(422, "old_password_is_wrong", "The old password is wrong.", "旧密码不正确。", field="old_password")


class SignInIsThrottled(Problem):
    """429: too many wrong passwords; a right one is refused as well until then."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            429,
            "sign_in_is_throttled",
            f"Too many wrong passwords: the next try is possible in {wait_s} seconds. An administrator can set a new password.",
            f"密码错误次数过多:{wait_s} 秒后可再试。管理员可重设密码。",
            data={"retry_after_s": wait_s},
            headers={"Retry-After": str(wait_s)},
        )


class SignInIsBusy(Problem):
    """429: more passwords are being checked than the machine can check."""

    def __init__(self) -> None:
        super().__init__(
            429,
            "sign_in_is_busy",
            "Too many people are signing in at this moment: try again in a few seconds.",
            "当前登录人数过多,请几秒后重试。",
            headers={"Retry-After": "2"},
        )


class CsrfIsWrong(Problem):
    """403: the request did not come from the console that is signed in."""

    def __init__(self) -> None:
        super().__init__(
            403,
            "csrf_is_wrong",
            "The header X-CSRF-Token is missing or not that of this sign-in: load the console again.",
            "请求头 X-CSRF-Token 缺失或与本次登录不符:请刷新页面。",
            field="X-CSRF-Token",
        )


class PersonsOnly(Problem):
    """403: a token has no password to change."""

    def __init__(self) -> None:
        super().__init__(403, "persons_only", "A token has no password: sign in to change it.", "令牌没有密码:请登录后更改。")
