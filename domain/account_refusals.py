"""Why an act on an account is refused."""

from __future__ import annotations

from domain.refusals import Conflict, Invalid


class AccountIsDisabled(Conflict):
    """A disabled account is left as it is until it is enabled."""

    en = "Account {account} is disabled: cannot {act}."
    zh = "账号 {account} 已停用,不能{act_zh}。"
    about = "account"


class AccountIsNotDisabled(Conflict):
    """There is nothing to enable."""

    en = "Account {account} is not disabled: nothing to enable."
    zh = "账号 {account} 未停用,无需启用。"
    about = "account"


class LastAdministrator(Conflict):
    """Without an administrator nobody could make another one."""

    en = "{account} is the last person with the role administrator: cannot {act}. Give the role to somebody else first."
    zh = "{account} 是最后一名管理员,不能{act_zh}。请先让另一人担任管理员。"
    about = "account"


class ProgramHasNoPassword(Conflict):
    """Programs come in with tokens."""

    en = "{account} is a program: it has no password. Create a token for it."
    zh = "{account} 是程序账号,没有密码。请为它创建令牌。"
    about = "account"


class TokenRoleIsNotHeld(Invalid):
    """A token never reaches further than its account."""

    en = "Account {account} does not have the role {role} (it has {held}): a token of it cannot have it either."
    zh = "账号 {account} 没有角色 {role}(现有:{held}),其令牌也不能有。"
    about = "roles"


class TokensAreTooMany(Conflict):
    """Tokens that nobody counts are doors that nobody closes."""

    en = "Account {account} has {most} tokens in force, the most that one may have: revoke one first."
    zh = "账号 {account} 已有 {most} 个有效令牌,达到上限:请先吊销一个。"
    about = "account"


class AccountNameIsMalformed(Invalid):
    """Names are typed at a sign-in, printed in timelines and part of identifiers."""

    en = "{account!r} cannot be an account's name: 2 to 32 small letters, digits, dots, dashes and underscores, a letter first."
    zh = "{account!r} 不能作账号名:须为 2 至 32 个小写字母、数字、点、横线或下划线,以字母开头。"
    about = "account"


class AccountNameIsReserved(Invalid):
    """What the server does by itself is signed with these names."""

    en = "{account} is what the server signs its own acts with: no account can have this name."
    zh = "{account} 是服务器自身署名用的名字,账号不能使用。"
    about = "account"


class RolesAreMissing(Invalid):
    """An account without a role could do nothing."""

    en = "An account needs at least one role: call_taker, dispatcher, commander, analyst, agency, administrator or source."
    zh = "账号至少需要一个角色:call_taker、dispatcher、commander、analyst、agency、administrator 或 source。"
    about = "roles"


class AgencyIsMissing(Invalid):
    """An empty scope means all; for an outside agency that must never happen by leaving a field out."""

    en = "{account} has the role agency: name its agencies, so that it sees what concerns them and nothing else."
    zh = "{account} 的角色是 agency:请指明所属部门,使其只看到与本部门有关的内容。"
    about = "agencies"
