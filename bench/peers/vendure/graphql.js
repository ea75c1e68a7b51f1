// What the run asks of Vendure's admin API.

/** About what an order of Roundsman has: number, state, time, fee, services, and when it was made and changed. */
const MEMBERS = 'id code type state active orderPlacedAt total currencyCode lines { id } createdAt updatedAt';

/** A draft is the least that Vendure stores as an order: no product, no customer, no price. */
export const CREATE = { query: `mutation { createDraftOrder { ${MEMBERS} } }` };
export const LIST = { query: `{ orders(options: { take: 50 }) { items { ${MEMBERS} } totalItems } }` };
export const get = (id) => ({
  query: `query ($id: ID!) { order(id: $id) { ${MEMBERS} } }`,
  variables: { id },
});

/** Vendure refuses to start in production with the credentials that it comes with. */
export const ADMINISTRATOR = { identifier: 'bench', password: 'only-for-a-benchmark' };
const LOGIN = {
  query:
    'mutation ($name: String!, $password: String!) { login(username: $name, password: $password) { __typename } }',
  variables: { name: ADMINISTRATOR.identifier, password: ADMINISTRATOR.password },
};

async function post(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: process.env.BENCH_AUTHORIZATION ?? '' },
    body: JSON.stringify(body),
  });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(`Vendure refused: ${JSON.stringify(errors)}`);
  return { answer, data };
}

/** Asks as whoever is logged in; answers the data. */
export async function ask(url, body) {
  return (await post(url, body)).data;
}

/** Logs the administrator in; the load carries the token from then on. */
export async function logIn(url) {
  process.env.BENCH_AUTHORIZATION = '';
  const { answer, data } = await post(url, LOGIN);
  const token = answer.headers.get('vendure-auth-token');
  if (token === null) throw new Error(`Vendure let nobody in: ${JSON.stringify(data)}`);
  process.env.BENCH_AUTHORIZATION = `Bearer ${token}`;
}
