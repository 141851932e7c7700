"""From the map to the emergency desk, in a real browser: a click on a river, a click on a section, axe on both."""

from math import hypot, log, pi, radians, tan

import pytest
from in_browser import violations
from test_browser import browser, served  # noqa: F401  # fixtures of the other browser tests

pytestmark = pytest.mark.browser


def mercator(spot):
    lon, lat = spot
    return (lon + 180) / 360, 0.5 - log(tan(pi / 4 + radians(lat) / 2)) / (2 * pi)


def projection(bounds, width, height, padding=40):
    """Where a place lies on the canvas, once the bounds were fitted into it."""
    (left, low), (right, high) = map(mercator, bounds)
    scale = min((width - 2 * padding) / (right - left), (height - 2 * padding) / (low - high))
    middle = ((left + right) / 2, (low + high) / 2)

    def on_canvas(spot):
        x, y = mercator(spot)
        return width / 2 + (x - middle[0]) * scale, height / 2 + (y - middle[1]) * scale

    return on_canvas


def free_points(data, on_canvas, width, height):
    """Points of rivers on the canvas that no section and no button covers: reach, names, place on the canvas."""
    marks = [on_canvas(section["geometry"]["coordinates"]) for section in data["sections"]["features"]]
    rivers = [
        (river, [on_canvas(spot) for spot in river["geometry"]["coordinates"]]) for river in data["rivers"]["features"]
    ]
    every = [(number, spot) for number, (_, line) in enumerate(rivers) for spot in line]
    for number, (river, line) in enumerate(rivers):
        starts = [*(start for _, start, _ in river["properties"]["reaches"]), len(line)]
        for (reach, start, km), end in zip(river["properties"]["reaches"], starts[1:], strict=True):
            for x, y in line[start + 2 : end - 2]:
                apart = all(hypot(x - a, y - b) > 45 for a, b in marks)
                alone = all(hypot(x - a, y - b) > 30 for other, (a, b) in every if other != number)
                if apart and alone and 60 < x < width - 90 and 90 < y < height - 60:
                    yield reach, river["properties"], km, (x, y)


@pytest.fixture
def chart(browser, served):  # noqa: F811  # fixtures of the other browser tests
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 2400})
    page = context.new_page()
    page.goto(served)
    page.wait_for_selector(".map.live", timeout=20_000)
    yield page
    context.close()


def test_a_click_on_a_river_leads_to_the_desk_at_that_reach(chart):
    box = chart.locator(".map-canvas").bounding_box()
    data = chart.evaluate("fetch('/map.json').then(answer => answer.json())")
    on_canvas = projection(data["bounds"], box["width"], box["height"])
    reach, names, km, (x, y) = next(free_points(data, on_canvas, box["width"], box["height"]))
    chart.mouse.click(box["x"] + x, box["y"] + y)
    chart.wait_for_selector(".maplibregl-popup")
    assert f"{names['name_zh']} {km:g} km" in chart.locator(".maplibregl-popup").inner_text()
    assert violations(chart) == []
    chart.click(".maplibregl-popup a")
    chart.wait_for_url("**/desk?place=**")
    assert chart.url.endswith(f"/desk?place={reach}")
    told = chart.locator("#place-is").inner_text()
    assert f"{names['name_zh']}{km:.1f} km" in told
    assert chart.locator('[name="substance"]').is_visible()
    assert violations(chart) == []


def test_a_click_on_a_section_tells_and_a_key_goes_to_its_page(chart):
    chart.locator(".maplibregl-marker").first.click()
    links = chart.locator(".maplibregl-popup a")
    assert links.first.get_attribute("href").startswith("/section/")
    assert links.last.get_attribute("href").startswith("/desk?place=")
    assert violations(chart) == []
    chart.locator(".maplibregl-marker").first.focus()
    chart.keyboard.press("Enter")
    chart.wait_for_url("**/section/**")
    chart.click('a[href^="/desk?place="]')
    chart.wait_for_url("**/desk?place=**")
    assert chart.locator("#place-is").count() == 1


def test_a_click_far_from_any_river_says_nothing(chart):
    box = chart.locator(".map-canvas").bounding_box()
    data = chart.evaluate("fetch('/map.json').then(answer => answer.json())")
    on_canvas = projection(data["bounds"], box["width"], box["height"])
    places = [on_canvas(spot) for river in data["rivers"]["features"] for spot in river["geometry"]["coordinates"]]
    spots = ((x, y) for x in range(60, int(box["width"]) - 90, 15) for y in range(90, int(box["height"]) - 60, 15))
    x, y = max(spots, key=lambda spot: min(hypot(spot[0] - a, spot[1] - b) for a, b in places))
    chart.mouse.click(box["x"] + x, box["y"] + y)
    chart.wait_for_timeout(300)
    assert chart.locator(".maplibregl-popup").count() == 0
