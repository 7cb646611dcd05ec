package io.vanth.lab;

/// What is asked of a page about itself, as JavaScript.
final class PageScripts {
    /// Texts whose contrast is below 4.5 : 1 (WCAG 2.2, success criterion 1.4.3, which leaves out what is disabled).
    static final String FAINT = """
        const parse = colour => colour.match(/[\\d.]+/g).map(Number);
        const part = value => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
        const light = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
        const ground = node => {
          for (let each = node; each; each = each.parentElement) {
            const colour = parse(getComputedStyle(each).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) {
              return colour;
            }
          }
          return [255, 255, 255];
        };
        return [...document.querySelectorAll('body *')].filter(each => each.checkVisibility() && !each.disabled
            && [...each.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim() !== ''))
          .map(each => {
            const both = [light(parse(getComputedStyle(each).color)), light(ground(each))].sort((a, b) => b - a);
            return [each.textContent.slice(0, 30), (both[0] + 0.05) / (both[1] + 0.05)];
          }).filter(([, contrast]) => contrast < 4.5);
        """;

    /// What reaches beyond a screen of that width, but for what scrolls by itself.
    static final String TOO_WIDE = """
        return [...document.querySelectorAll('body, body *')].filter(each => each.checkVisibility()
            && !each.closest('.wide') && each.getBoundingClientRect().right > %d).map(each => each.outerHTML);
        """;

    /// What can be used and has no name for who does not see it, or is too small for a finger (WCAG 2.2, 2.5.8).
    static final String NAMELESS = """
        return [...document.querySelectorAll('button, input, summary')].filter(each => each.checkVisibility()
            && (!(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length > 0)
              || each.tagName === 'BUTTON' && each.getBoundingClientRect().height < 24))
          .map(each => each.outerHTML);
        """;

    private PageScripts() {}
}
