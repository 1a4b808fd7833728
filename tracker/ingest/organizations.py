"""The organizations of the United Nations system by the names under which documents print them."""

from __future__ import annotations

from tracker.ingest.folding import fold_name

ORGANIZATIONS: dict[str, tuple[str, ...]] = {
    "UN": ("United Nations Secretariat",),
    "FAO": ("Food and Agriculture Organization of the United Nations", "Food and Agriculture Organization"),
    "IAEA": ("International Atomic Energy Agency",),
    "ICAO": ("International Civil Aviation Organization",),
    "IFAD": ("International Fund for Agricultural Development",),
    "ILO": ("International Labour Organization", "International Labour Office"),
    "IMF": ("International Monetary Fund",),
    "IMO": ("International Maritime Organization",),
    "IOM": ("International Organization for Migration",),
    "ITC": ("International Trade Centre",),
    "ITU": ("International Telecommunication Union",),
    "OCHA": ("Office for the Coordination of Humanitarian Affairs",),
    "OHCHR": ("Office of the United Nations High Commissioner for Human Rights",),
    "PAHO": ("Pan American Health Organization",),
    "UNAIDS": ("Joint United Nations Programme on HIV/AIDS",),
    "UNCTAD": (
        "United Nations Conference on Trade and Development",
        "United Nations Trade and Development",
    ),
    "UNDP": ("United Nations Development Programme",),
    "UNDSS": ("Department of Safety and Security",),
    "UNEP": ("United Nations Environment Programme",),
    "UNESCO": ("United Nations Educational, Scientific and Cultural Organization",),
    "UNFPA": ("United Nations Population Fund",),
    "UN-Habitat": ("United Nations Human Settlements Programme",),
    "UNHCR": ("Office of the United Nations High Commissioner for Refugees",),
    "UNICEF": ("United Nations Children’s Fund",),
    "UNIDO": ("United Nations Industrial Development Organization",),
    "UNODC": ("United Nations Office on Drugs and Crime",),
    "UNOPS": ("United Nations Office for Project Services",),
    "UNRWA": ("United Nations Relief and Works Agency for Palestine Refugees in the Near East",),
    "UNSSC": ("United Nations System Staff College",),
    "UNU": ("United Nations University",),
    "UN-Women": (
        "United Nations Entity for Gender Equality and the Empowerment of Women",
        "UN Women",
    ),
    "UNWTO": ("World Tourism Organization", "UN Tourism"),
    "UPU": ("Universal Postal Union",),
    "WFP": ("World Food Programme",),
    "WHO": ("World Health Organization",),
    "WIPO": ("World Intellectual Property Organization",),
    "WMO": ("World Meteorological Organization",),
    "WTO": ("World Trade Organization",),
    "World Bank": ("World Bank Group",),
}
"""Code → names."""

_CODE_OF_HEAD = {
    **{_folded: code for code, names in ORGANIZATIONS.items() for _folded in map(fold_name, (code, *names))},
    "unitednations": "UN",
    "ceb": "CEB",
    fold_name("United Nations System Chief Executives Board for Coordination"): "CEB",
}


def code_of_name(printed: str) -> str | None:
    """The code of the organization that is printed as the head of a column; None for one that is not known."""
    return _CODE_OF_HEAD.get(fold_name(printed))
