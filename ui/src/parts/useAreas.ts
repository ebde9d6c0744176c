import { useText } from "../i18n/text";

/** Price areas to choose from, each with the town that it is known by. */
export function useAreas(): <Area extends string>(
  areas: readonly Area[],
) => { value: Area; label: string }[] {
  const { word } = useText();
  return (areas) => areas.map((value) => ({ value, label: `${value} ${word("price.area", value)}` }));
}
