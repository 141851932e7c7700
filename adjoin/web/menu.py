"""The menu: a few groups, each with its pages. A new page adds one line here, and names its address as `nav`."""

from dataclasses import dataclass

from adjoin.web.words import Both


@dataclass(frozen=True, slots=True)
class Item:
    """A page that can be gone to from every page."""

    address: str
    name: Both


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one kind: to see, to compute, to act, to look up."""

    name: Both
    items: tuple[Item, ...]

    def holds(self, address: str) -> bool:
        """Whether a page of this address stands in the group."""
        return any(item.address == address for item in self.items)


def _group(zh: str, en: str, *lines: tuple[str, str, str]) -> Group:
    return Group(Both(zh, en), tuple(Item(address, Both(name, english)) for address, name, english in lines))


FIRST = (  # never more than these two: what everybody asks, and what cannot wait
    Item("/", Both("总览", "Overview")),
    Item("/desk", Both("应急", "Desk")),
)
GROUPS = (
    _group(
        "看",
        "See",
        ("/sections", "断面", "Sections"),
        ("/wall", "值班大屏", "Wall"),
        ("/city", "城市空气", "City air"),
        ("/matrix", "来源矩阵", "Who gives what"),
    ),
    _group(
        "算",
        "Compute",
        ("/plan", "年度计划", "The plan"),
        ("/compute", "计算方法", "Calculators"),
        ("/scenario", "推演", "Scenario"),
        ("/what-if", "协议试算", "What if"),
        ("/answers", "留存的答案", "Kept answers"),
        ("/jobs", "作业", "Long runs"),
    ),
    _group(
        "办",
        "Act",
        ("/my-desk", "我的待办", "My desk"),
        ("/cases", "事项", "Cases"),
        ("/draws", "抽查", "Draws"),
        ("/white-list", "转移白名单", "White list"),
        ("/sharing", "数据共享", "Sharing"),
        ("/quotas", "配额", "Quotas"),
    ),
    _group(
        "账",
        "Books",
        ("/agreements", "协议", "Agreements"),
        ("/rules", "规则", "Rules"),
        ("/compare", "双方比对", "Compare"),
        ("/data", "数据", "Data"),
        ("/coverage", "数据质量", "Quality of data"),
        ("/telemetry", "遥测", "Telemetry"),
        ("/register", "登记册", "Registers"),
        ("/ledger", "联合台账", "The ledger"),
        ("/exchange", "交换", "Exchange"),
        ("/keys", "密钥", "Keys"),
        ("/access", "权限", "Access"),
    ),
)
