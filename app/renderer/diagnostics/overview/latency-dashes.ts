// What tells one line of the chart from another: its dashes, since there is one accent and no meaning by colour.
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
