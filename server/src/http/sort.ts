/** A list's order from its parameter: a member's name, with `-` before it for descending. */
export function parseSort<By extends string>(sort: By | `-${By}`): { by: By; descending: boolean } {
  const descending = sort.startsWith('-');
  return { by: (descending ? sort.slice(1) : sort) as By, descending };
}
