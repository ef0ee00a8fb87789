"""Finished pages in memory: bounded, stamped, compressed."""

import gzip
import threading
from datetime import UTC, date, datetime, timedelta

import brotli
import pytest

from vesicle.website.page_store import Aside, Key, PageStore, Stamp, kept_page

STAMP = Stamp(1, 7, date(2026, 11, 23))
BODY = "".join(f"<p>Layer {n % 97}: {n * n % 1009} micrometers of skin.</p>" for n in range(900)).encode()


def key(path="/"):
    return Key("https", "alderbrook.example", path)


def page(body=BODY, stamp=STAMP):
    return kept_page(stamp, (("Content-Type", "text/html"),), body)


class TestStore:
    def test_gives_back_what_it_keeps(self):
        store, kept = PageStore(), page()
        store.put(key(), kept)
        assert store.get(key(), STAMP) is kept

    @pytest.mark.parametrize(
        "later",
        [Stamp(1, 8, STAMP.day), Stamp(1, 7, date(2026, 11, 24)), Stamp(2, 7, STAMP.day), Stamp(1, 6, STAMP.day)],
        ids=["newer revision", "next day", "another clinic", "older revision"],
    )
    def test_drops_a_page_with_another_stamp(self, later):
        store = PageStore()
        store.put(key(), page())
        assert store.get(key(), later) is None
        assert len(store) == 0

    def test_keeps_pages_of_different_hosts_and_queries_apart(self):
        store = PageStore()
        store.put(key(), page())
        assert store.get(Key("https", "bellhaven.example", "/"), STAMP) is None
        assert store.get(Key("https", "alderbrook.example", "/", (("option", "prp/injection"),)), STAMP) is None

    def test_never_grows_beyond_its_memory_and_drops_the_least_lately_used(self):
        store = PageStore(most_bytes=3 * page().size + 10)
        for path in "abc":
            store.put(key(path), page())
        store.get(key("a"), STAMP)
        store.put(key("d"), page())
        assert [path for path in "abcd" if store.get(key(path), STAMP)] == ["a", "c", "d"]

    def test_counts_a_replaced_page_once(self):
        store = PageStore(most_bytes=2 * page().size + 10)
        for _ in range(5):
            store.put(key("a"), page())
        store.put(key("b"), page())
        assert len(store) == 2

    def test_does_not_put_a_smaller_form_of_an_old_page_over_a_new_one(self):
        store, old, new = PageStore(), page(), page(BODY + b"<p>New.</p>")
        store.put(key(), old)
        store.put(key(), new)
        store.replace(key(), old, old.compressed_well())
        assert store.get(key(), STAMP) is new

    def test_survives_many_threads_at_once(self):
        store = PageStore(most_bytes=4 * page().size)
        kept = [page(BODY + str(number).encode()) for number in range(8)]

        def work(number):
            for turn in range(200):
                store.put(key(str((number + turn) % 8)), kept[(number + turn) % 8])
                store.get(key(str(turn % 8)), STAMP)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store._bytes == sum(one.size for one in store._pages.values())
        assert store._bytes <= 4 * page().size


class TestForms:
    def test_brotli_is_preferred(self):
        body, encoding = page().encoded("gzip, deflate, br")
        assert encoding == "br"
        assert brotli.decompress(body) == BODY

    def test_gzip_is_there_for_those_who_need_it_before_and_after_the_thorough_pass(self):
        for one in (page(), page().compressed_well()):
            body, encoding = one.encoded("gzip")
            assert encoding == "gzip"
            assert gzip.decompress(body) == BODY

    def test_who_takes_neither_gets_it_plain(self):
        assert page().encoded("") == (BODY, "")
        assert page().encoded("br;q=0, identity") == (BODY, "")

    def test_the_thorough_pass_changes_the_size_and_not_the_page(self):
        quick, small = page(), page().compressed_well()
        assert small.body == quick.body
        assert small.etag == quick.etag
        assert len(small.as_brotli) <= len(quick.as_brotli)

    def test_the_tag_follows_the_content(self):
        assert page().etag == page(stamp=Stamp(1, 8, STAMP.day)).etag
        assert page().etag != page(BODY + b" ").etag


class TestAside:
    def test_does_everything_it_was_asked_in_order(self):
        done, aside = [], Aside()
        for number in range(20):
            aside.do(lambda number=number: done.append(number))
        aside.wait()
        assert done == list(range(20))

    def test_starts_again_after_it_ran_out_of_work(self):
        done, aside = [], Aside()
        aside.do(lambda: done.append(1))
        aside.wait()
        aside.do(lambda: done.append(2))
        aside.wait()
        assert done == [1, 2]


def test_a_page_says_all_until_the_moment_at_which_it_changes_by_itself():
    moment = datetime(2026, 11, 23, 14, tzinfo=UTC)
    stamp = Stamp(1, 7, STAMP.day, moment)
    assert [stamp.says_all(at) for at in (moment - timedelta(seconds=1), moment)] == [True, False]
    assert STAMP.says_all(moment)
