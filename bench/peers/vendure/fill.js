// Fills a database of Vendure through its admin API: each order is a draft with one item, so that it has a fee.
import { ask, CREATE } from './graphql.js';

const create = (mutation, input) => ({
  query: `mutation { ${mutation}(input: ${input}) { ... on Node { id } } }`,
});

/** Makes something that the orders need; answers its id. */
async function made(url, mutation, input) {
  const { [mutation]: result } = await ask(url, create(mutation, input));
  return [result].flat()[0].id;
}

/** Makes an article that can be ordered, with the zone and the tax without which Vendure takes no item. */
async function makeArticle(url) {
  const { activeChannel } = await ask(url, { query: '{ activeChannel { id } }' });
  const zone = await made(url, 'createZone', '{ name: "bench" }');
  const zones = `defaultTaxZoneId: ${zone}, defaultShippingZoneId: ${zone}`;
  await made(url, 'updateChannel', `{ id: ${activeChannel.id}, ${zones} }`);
  const category = await made(url, 'createTaxCategory', '{ name: "bench", isDefault: true }');
  const rate = `name: "bench", enabled: true, value: 0, categoryId: ${category}, zoneId: ${zone}`;
  await made(url, 'createTaxRate', `{ ${rate} }`);
  const words = 'languageCode: en, name: "Visit"';
  const product = await made(
    url,
    'createProduct',
    `{ enabled: true, translations: [{ ${words}, slug: "visit", description: "" }] }`,
  );
  const variant = `productId: ${product}, sku: "visit", price: 34950, taxCategoryId: ${category}, trackInventory: FALSE`;
  return made(url, 'createProductVariants', `[{ ${variant}, translations: [{ ${words} }] }]`);
}

/** Error: Vendure did not take the item, or the order has another fee. */
export async function fillOrders(url, count) {
  const article = await makeArticle(url);
  for (let i = 0; i < count; i++) {
    const { createDraftOrder } = await ask(url, CREATE);
    const { addItemToDraftOrder } = await ask(url, {
      query: `mutation ($order: ID!, $article: ID!) {
        addItemToDraftOrder(orderId: $order, input: { productVariantId: $article, quantity: 1 }) {
          __typename ... on Order { total }
        }
      }`,
      variables: { order: createDraftOrder.id, article },
    });
    if (addItemToDraftOrder.total !== 34_950) throw new Error(JSON.stringify(addItemToDraftOrder));
  }
}
