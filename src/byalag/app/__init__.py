"""Puts the rooms together from settings: the hub folder, the ASGI application, its workers.

Reading and checking a hub folder needs few parts; what runs one is loaded when it is asked for, so
that `byalag check` answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from byalag.app._hub import Hub, Tenant, check_hub, open_hub
from byalag.app._keys import add_key, revoke_key
from byalag.app._municipality import municipalities
from byalag.app._policy import gaps, unsealed
from byalag.app._problem import HubFaulty, Problem
from byalag.app._read_source import Declared
from byalag.app._settings import HubSettings

if TYPE_CHECKING:
    from byalag.app._anchoring import HUB as HUB_AUDIT
    from byalag.app._anchoring import Found
    from byalag.app._backup import back_up
    from byalag.app._backup import verify as verify_backup
    from byalag.app._cabinet import file_address, publish_file, published
    from byalag.app._care_desk import CareDesk, care_desk, drawn
    from byalag.app._care_identity import Who
    from byalag.app._care_rehearse import Rehearsed, rehearse
    from byalag.app._catalogues import uncatalogued
    from byalag.app._codec_add import add_codecs
    from byalag.app._codec_tests import Tested, run_examples
    from byalag.app._codecs import read_codecs
    from byalag.app._commons import rebuild_commons
    from byalag.app._drafting import look_once, place_draft, write_new
    from byalag.app._erase import at_the_terminal, erase_subject, export_subject
    from byalag.app._export import export
    from byalag.app._keeping import Ruled, expire, expiring
    from byalag.app._keyring_desk import list_keys, revoke_anywhere, rotate_anywhere
    from byalag.app._leave import depart, take_out
    from byalag.app._log import log_to_stderr
    from byalag.app._mending import look, mend, note_shown, translate_again
    from byalag.app._migration import bring_up, forget_copies, schemas, take_back
    from byalag.app._open_loopback import open_loopback, throwaway_hub
    from byalag.app._outlets import queue_of, send_test, stand
    from byalag.app._people_register import open_people
    from byalag.app._products_file import write_life
    from byalag.app._quality_try import TriedRule, try_rule
    from byalag.app._reports_beside import bill_of_materials, make_report
    from byalag.app._restore import restore_hub, restore_one
    from byalag.app._run import serve as serve_hub
    from byalag.app._sealing import keys_of
    from byalag.app._standards import standards
    from byalag.app._stores import Stores
    from byalag.app._tenant_admin import add_municipality, close_dataset
    from byalag.app._tenant_admin import listed as list_municipalities
    from byalag.app._tenant_admin import stand as stand_municipality
    from byalag.app._try import load_files, try_once
    from byalag.app._usage_read import used_in
    from byalag.app._verify import damage, look_at_audit
    from byalag.app._verify import verify as verify_audits

__all__ = [
    "HUB_AUDIT",
    "CareDesk",
    "Declared",
    "Found",
    "Hub",
    "HubFaulty",
    "HubSettings",
    "Problem",
    "Rehearsed",
    "Ruled",
    "Stores",
    "Tenant",
    "Tested",
    "TriedRule",
    "Who",
    "add_codecs",
    "add_key",
    "add_municipality",
    "at_the_terminal",
    "back_up",
    "bill_of_materials",
    "bring_up",
    "care_desk",
    "check_hub",
    "close_dataset",
    "damage",
    "depart",
    "drawn",
    "erase_subject",
    "expire",
    "expiring",
    "export",
    "export_subject",
    "file_address",
    "forget_copies",
    "gaps",
    "keys_of",
    "list_keys",
    "list_municipalities",
    "load_files",
    "log_to_stderr",
    "look",
    "look_at_audit",
    "look_once",
    "make_report",
    "mend",
    "municipalities",
    "note_shown",
    "open_hub",
    "open_loopback",
    "open_people",
    "place_draft",
    "publish_file",
    "published",
    "queue_of",
    "read_codecs",
    "rebuild_commons",
    "rehearse",
    "restore_hub",
    "restore_one",
    "revoke_anywhere",
    "revoke_key",
    "rotate_anywhere",
    "run_examples",
    "schemas",
    "send_test",
    "serve_hub",
    "stand",
    "stand_municipality",
    "standards",
    "take_back",
    "take_out",
    "throwaway_hub",
    "translate_again",
    "try_once",
    "try_rule",
    "uncatalogued",
    "unsealed",
    "used_in",
    "verify_audits",
    "verify_backup",
    "write_life",
    "write_new",
]

_LATER = {
    "rebuild_commons": ("_commons", "rebuild_commons"),
    "restore_one": ("_restore", "restore_one"),
    "restore_hub": ("_restore", "restore_hub"),
    "verify_backup": ("_backup", "verify"),
    "back_up": ("_backup", "back_up"),
    "depart": ("_leave", "depart"),
    "take_out": ("_leave", "take_out"),
    "close_dataset": ("_tenant_admin", "close_dataset"),
    "stand_municipality": ("_tenant_admin", "stand"),
    "list_municipalities": ("_tenant_admin", "listed"),
    "add_municipality": ("_tenant_admin", "add_municipality"),
    "HUB_AUDIT": ("_anchoring", "HUB"),
    "Found": ("_anchoring", "Found"),
    "damage": ("_verify", "damage"),
    "look_at_audit": ("_verify", "look_at_audit"),
    "verify_audits": ("_verify", "verify"),
    "Stores": ("_stores", "Stores"),
    "Tested": ("_codec_tests", "Tested"),
    "add_codecs": ("_codec_add", "add_codecs"),
    "read_codecs": ("_codecs", "read_codecs"),
    "run_examples": ("_codec_tests", "run_examples"),
    "Ruled": ("_keeping", "Ruled"),
    "at_the_terminal": ("_erase", "at_the_terminal"),
    "erase_subject": ("_erase", "erase_subject"),
    "export_subject": ("_erase", "export_subject"),
    "CareDesk": ("_care_desk", "CareDesk"),
    "Who": ("_care_identity", "Who"),
    "care_desk": ("_care_desk", "care_desk"),
    "drawn": ("_care_desk", "drawn"),
    "Rehearsed": ("_care_rehearse", "Rehearsed"),
    "rehearse": ("_care_rehearse", "rehearse"),
    "keys_of": ("_sealing", "keys_of"),
    "expire": ("_keeping", "expire"),
    "expiring": ("_keeping", "expiring"),
    "export": ("_export", "export"),
    "load_files": ("_try", "load_files"),
    "log_to_stderr": ("_log", "log_to_stderr"),
    "look": ("_mending", "look"),
    "look_once": ("_drafting", "look_once"),
    "mend": ("_mending", "mend"),
    "note_shown": ("_mending", "note_shown"),
    "queue_of": ("_outlets", "queue_of"),
    "send_test": ("_outlets", "send_test"),
    "open_people": ("_people_register", "open_people"),
    "serve_hub": ("_run", "serve"),
    "open_loopback": ("_open_loopback", "open_loopback"),
    "bill_of_materials": ("_reports_beside", "bill_of_materials"),
    "make_report": ("_reports_beside", "make_report"),
    "list_keys": ("_keyring_desk", "list_keys"),
    "revoke_anywhere": ("_keyring_desk", "revoke_anywhere"),
    "rotate_anywhere": ("_keyring_desk", "rotate_anywhere"),
    "used_in": ("_usage_read", "used_in"),
    "stand": ("_outlets", "stand"),
    "standards": ("_standards", "standards"),
    "throwaway_hub": ("_open_loopback", "throwaway_hub"),
    "place_draft": ("_drafting", "place_draft"),
    "file_address": ("_cabinet", "file_address"),
    "publish_file": ("_cabinet", "publish_file"),
    "published": ("_cabinet", "published"),
    "translate_again": ("_mending", "translate_again"),
    "bring_up": ("_migration", "bring_up"),
    "forget_copies": ("_migration", "forget_copies"),
    "schemas": ("_migration", "schemas"),
    "take_back": ("_migration", "take_back"),
    "try_once": ("_try", "try_once"),
    "TriedRule": ("_quality_try", "TriedRule"),
    "try_rule": ("_quality_try", "try_rule"),
    "uncatalogued": ("_catalogues", "uncatalogued"),
    "write_life": ("_products_file", "write_life"),
    "write_new": ("_drafting", "write_new"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- the names of a module are of any type
    """Load the parts that run a hub when they are first asked for."""
    if name not in _LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _LATER[name]
    return getattr(import_module(f"{__name__}.{module}"), attribute)
