// The texts of a page that stand out too little from what is behind them, by WCAG 2.2, 1.4.3: less than 4.5 to 1,
// for large letters 3 to 1. Of a text in a drawing, what counts is the shape below its middle.
(() => {
  const numbers = colour => (colour.match(/[\d.]+/g) || []).map(Number);
  const isSeen = colour => colour.length > 2 && (colour.length < 4 || colour[3] > 0);
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const lightness = colour => {
    const [red, green, blue] = colour.slice(0, 3).map(part => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [lighter, darker] = [lightness(one), lightness(other)].sort((a, b) => b - a);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = numbers(getComputedStyle(each).backgroundColor);
      if (isSeen(colour)) return colour;
    }
    return [255, 255, 255];
  };
  const shapeBelow = text => {
    text.scrollIntoView({block: "center", inline: "center"});
    const {x, y, width, height} = text.getBoundingClientRect();
    const fills = document.elementsFromPoint(x + width / 2, y + height / 2)
      .filter(each => each instanceof SVGGeometryElement).map(each => numbers(getComputedStyle(each).fill));
    return fills.find(isSeen) || ground(text.ownerSVGElement.parentElement);
  };
  const hasLetters = element => element.getClientRects().length > 0
    && [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const least = ({fontSize, fontWeight}) => {
    const size = parseFloat(fontSize);
    return size >= 24 || size >= 18.66 && fontWeight >= 700 ? 3 : 4.5;
  };
  const faint = element => {
    const style = getComputedStyle(element);
    return element instanceof SVGElement
      ? contrast(numbers(style.fill), shapeBelow(element)) < least(style)
      : contrast(numbers(style.color), ground(element)) < least(style);
  };
  return [...document.querySelectorAll("body, body *")].filter(hasLetters).filter(faint)
    .map(element => element.textContent.trim());
})()
