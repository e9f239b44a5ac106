// What the rules of accessibility would find out about this page, as numbers: where a number was seen before, they
// would say the same again. `builds` is a number for the main part and one for the frame around it: the same elements
// in the same order are one build, whatever they say, and a row more or less makes no other one. `texts` has the kinds
// of text by what its contrast depends on, with the first element of each.
() => {
    const number = text => {  // FNV-1a, twice
        let one = 0x811c9dc5, other = 0x1b873593;
        for (let i = 0; i < text.length; i++) {
            one = Math.imul(one ^ text.charCodeAt(i), 0x01000193);
            other = Math.imul(other ^ text.charCodeAt(i), 0x85ebca6b);
        }
        return (one >>> 0) * 0x200000 + (other >>> 11);
    };
    const main = document.querySelector('main');
    const kept = new Map();
    const build = element => {
        const parts = new Map();
        let said = '';
        for (const child of element.childNodes) {
            if (child.nodeType === 3) said ||= child.data.trim() && '"';
            if (child.nodeType !== 1 || child === main) continue;
            const part = build(child);
            parts.set(part, (parts.get(part) ?? 0) + 1);
        }
        // One of a kind among its siblings, or several.
        const inside = [...parts].map(([part, times]) => part + (times > 1 ? '+' : '')).join(' ');
        const named = [element.className?.baseVal ?? element.className, element.type, element.hidden, element.open];
        return `<${element.tagName} ${named} ${element.getAttributeNames()}>${said}${inside}</>`;
    };
    const beneath = element => {  // what shines through the text of an element, or dims it
        if (!element) return '';
        if (!kept.has(element)) {
            const style = getComputedStyle(element), own = [];
            if (style.backgroundColor !== 'rgba(0, 0, 0, 0)') own.push(style.backgroundColor);
            for (const [name, none] of [['backgroundImage', 'none'], ['opacity', '1'], ['filter', 'none'],
                ['mixBlendMode', 'normal'], ['position', 'static'], ['clipPath', 'none'], ['float', 'none']])
                if (style[name] !== none) own.push(style[name]);
            kept.set(element, `${beneath(element.parentElement)}/${own}`.replace(/\/+/g, '/'));
        }
        return kept.get(element);
    };
    const texts = new Map();
    for (const element of document.body.querySelectorAll('*')) {
        const typed = element.matches('input, select, textarea');
        const said = [...element.childNodes].map(child => child.nodeType === 3 ? child.data : '').join('').trim();
        if (!(typed || said) || !element.checkVisibility()) continue;
        const style = getComputedStyle(element), off = element.matches(':disabled, [aria-disabled=true], [inert] *');
        const how = [style.color, style.fontSize, style.fontWeight, style.textShadow, style.visibility, style.clip,
            // Of a single letter, or of signs, the rule does not say anything.
            said.length > 1, /[\p{L}\p{N}]/u.test(said), style.overflow, typed, off, element.control?.disabled,
            element.closest('label')?.control?.disabled];
        const kind = number(how + beneath(element));
        if (!texts.has(kind)) texts.set(kind, element);
    }
    const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => heading.tagName);
    const steps = new Set(levels.map((level, place) => `${levels[place - 1]}-${level}`));
    return {builds: [main, document.body].map(part => number([...steps].sort() + build(part))), texts};
}
