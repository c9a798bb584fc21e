"""What is asked of the GraphQL Admin API. Fields are renamed to those of webhooks (REST-shaped), so that one set of
functions understands both. A test checks every document here against Shopify's own schema of VERSION.
"""

VERSION = "2026-10"  # https://shopify.dev/docs/api/usage/versioning: supported until October 2027

_MONEY = "{ shop_money: shopMoney { amount currency_code: currencyCode } presentment_money: presentmentMoney { amount currency_code: currencyCode } }"
_ADDRESS = "{ name company address1 address2 zip city province country_code: countryCodeV2 phone }"
_REFUND = f"""{{
  id note created_at: createdAt total_refunded_set: totalRefundedSet {_MONEY}
  refund_line_items: refundLineItems(first: 40) {{ nodes {{
    quantity line_item: lineItem {{ id }} subtotal_set: subtotalSet {_MONEY} total_tax_set: totalTaxSet {_MONEY} }} }}
  refund_shipping_lines: refundShippingLines(first: 5) {{ nodes {{
    subtotal_amount_set: subtotalAmountSet {_MONEY} tax_amount_set: taxAmountSet {_MONEY} }} }}
  transactions(first: 5) {{ nodes {{ id kind status gateway: formattedGateway amount_set: amountSet {_MONEY} }} }}
}}"""
_LINE = f"""{{
  id title quantity sku variant_title: variantTitle variant {{ id }} product {{ id }} image {{ url }}
  custom_attributes: customAttributes {{ name: key value }}
  price_set: originalUnitPriceSet {_MONEY}
  discount_allocations: discountAllocations {{ amount_set: allocatedAmountSet {_MONEY} }}
  tax_lines: taxLines {{ price_set: priceSet {_MONEY} }}
}}"""
_FULFILLMENT = """{
  id status shipment_status: displayStatus created_at: createdAt delivered_at: deliveredAt
  estimated_delivery_at: estimatedDeliveryAt
  tracking: trackingInfo(first: 10) { company number url }
  events(first: 10, reverse: true) { nodes { status message happened_at: happenedAt city country zip
    estimated_delivery_at: estimatedDeliveryAt } }
  line_items: fulfillmentLineItems(first: 40) { nodes { quantity line_item: lineItem { id } } }
}"""
_ORDER = f"""fragment Whole on Order {{
  id name email phone note tags currency: currencyCode presentment_currency: presentmentCurrencyCode
  created_at: createdAt processed_at: processedAt updated_at: updatedAt cancelled_at: cancelledAt
  customer_locale: customerLocale financial_status: displayFinancialStatus
  fulfillment_status: displayFulfillmentStatus payment_gateway_names: paymentGatewayNames
  discount_codes: discountCodes
  total_price_set: totalPriceSet {_MONEY}
  total_tax_set: totalTaxSet {_MONEY}
  total_discounts_set: totalDiscountsSet {_MONEY}
  total_shipping_price_set: totalShippingPriceSet {_MONEY}
  customer {{ id first_name: firstName last_name: lastName locale default_email: defaultEmailAddress {{ email: emailAddress }} }}
  shipping_address: shippingAddress {_ADDRESS}
  billing_address: billingAddress {_ADDRESS}
  shipping_lines: shippingLines(first: 3) {{ nodes {{ title }} }}
  line_items: lineItems(first: $lines) {{ nodes {_LINE} page: pageInfo {{ hasNextPage endCursor }} }}
  fulfillments(first: $few) {_FULFILLMENT}
  refunds(first: $few) {_REFUND}
  transactions(first: $few) {{
    id kind status gateway: formattedGateway processed_at: processedAt amount_set: amountSet {_MONEY}
    payment_details: paymentDetails {{ ... on CardPaymentDetails {{ credit_card_company: company credit_card_number: number }} }}
  }}
}}"""
_PAGE = "pageInfo { hasNextPage endCursor }"

ORDERS = f"""query Orders($first: Int!, $lines: Int!, $few: Int!, $after: String, $query: String) {{
  page: orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{ nodes {{ ...Whole }} {_PAGE} }}
}}
{_ORDER}"""
FIND = f"""query Find($first: Int!, $lines: Int!, $few: Int!, $query: String!) {{
  page: orders(first: $first, query: $query, sortKey: CREATED_AT, reverse: true) {{ nodes {{ ...Whole }} {_PAGE} }}
}}
{_ORDER}"""
ORDER = f"""query Order($id: ID!, $lines: Int!, $few: Int!) {{ order(id: $id) {{ ...Whole }} }}
{_ORDER}"""
MORE_LINES = f"""query Lines($id: ID!, $first: Int!, $after: String) {{
  order(id: $id) {{ line_items: lineItems(first: $first, after: $after) {{ nodes {_LINE} page: pageInfo {{ hasNextPage endCursor }} }} }}
}}"""
PRODUCTS = f"""query Products($first: Int!, $after: String, $query: String) {{
  page: products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id title product_type: productType body_html: descriptionHtml updated_at: updatedAt url: onlineStoreUrl
      tracks_inventory: tracksInventory total_inventory: totalInventory
      image: featuredMedia {{ preview {{ image {{ url }} }} }}
      variants(first: 1) {{ nodes {{ sku price }} }}
    }}
    {_PAGE}
  }}
  shop {{ currency: currencyCode }}
}}"""
CUSTOMERS = f"""query Customers($first: Int!, $after: String, $query: String) {{
  page: customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id first_name: firstName last_name: lastName locale tags updated_at: updatedAt
      default_email: defaultEmailAddress {{ email: emailAddress state: marketingState }}
      default_phone: defaultPhoneNumber {{ phone: phoneNumber consent: smsMarketingConsent {{ state }} }}
      addresses: addressesV2(first: 10) {{ nodes {_ADDRESS} }}
    }}
    {_PAGE}
  }}
}}"""
CARTS = f"""query Carts($first: Int!, $after: String, $query: String, $newest: Boolean!) {{
  page: abandonedCheckouts(first: $first, after: $after, query: $query, sortKey: CREATED_AT, reverse: $newest) {{
    nodes {{
      id name note completed_at: completedAt updated_at: updatedAt abandoned_checkout_url: abandonedCheckoutUrl
      total_price_set: totalPriceSet {_MONEY}
      customer {{ id first_name: firstName last_name: lastName default_email: defaultEmailAddress {{ email: emailAddress }} }}
      line_items: lineItems(first: 30) {{ nodes {{
        id title quantity sku variant_title: variantTitle product {{ id }} image {{ url }}
        price_set: originalUnitPriceSet {_MONEY}
        discount_allocations: discountAllocations(first: 5) {{ nodes {{ amount_set: allocatedAmountSet {_MONEY} }} }}
      }} }}
    }}
    {_PAGE}
  }}
}}"""
SHOP = """query Shop {
  shop { name currencyCode myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
}"""

SUGGESTED = f"""query Suggested($id: ID!, $lines: [RefundLineItemInput!], $shipping: Money, $whole: Boolean, $full: Boolean) {{
  order(id: $id) {{
    currency: currencyCode presentment_currency: presentmentCurrencyCode refundable
    suggestedRefund(
      refundLineItems: $lines, shippingAmount: $shipping, refundShipping: $whole, suggestFullRefund: $full
      refundMethodAllocation: ORIGINAL_PAYMENT_METHODS
    ) {{
      amount_set: amountSet {_MONEY}
      maximum_set: maximumRefundableSet {_MONEY}
      subtotal_set: subtotalSet {_MONEY}
      tax_set: totalTaxSet {_MONEY}
      refund_line_items: refundLineItems {{ quantity restock_type: restockType line_item: lineItem {{ id }} location {{ id }} }}
      shipping {{ amount_set: amountSet {_MONEY} maximum_set: maximumRefundableSet {_MONEY} }}
      transactions: suggestedTransactions {{
        gateway kind parent: parentTransaction {{ id }} amount_set: amountSet {_MONEY}
        maximum_set: maximumRefundableSet {_MONEY}
      }}
    }}
  }}
}}"""
# The key is required from 2026-04 on: https://shopify.dev/docs/api/usage/idempotent-requests
REFUND = f"""mutation Refund($input: RefundInput!, $key: String!) {{
  act: refundCreate(input: $input) @idempotent(key: $key) {{ refund {_REFUND} userErrors {{ field message }} }}
}}"""
CANCEL = """mutation Cancel($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $notify: Boolean!, $note: String, $refund: OrderCancelRefundMethodInput) {
  act: orderCancel(
    orderId: $id, reason: $reason, restock: $restock, notifyCustomer: $notify, staffNote: $note, refundMethod: $refund
  ) { job { id done } userErrors: orderCancelUserErrors { field message } }
}"""
CANCELLATION = """query Cancellation($id: ID!) {
  order(id: $id) { id cancelledAt cancellation { staffNote } displayFulfillmentStatus fulfillments(first: 1) { id } }
}"""
UPDATE = """mutation Update($input: OrderInput!) {
  act: orderUpdate(input: $input) { order { id } userErrors { field message } }
}"""
TAG = """mutation Tag($id: ID!, $tags: [String!]!) {
  act: tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}"""
DISCOUNT = """mutation Discount($input: DiscountCodeBasicInput!) {
  act: discountCodeBasicCreate(basicCodeDiscount: $input) { node: codeDiscountNode { id } userErrors { field message } }
}"""
FREE_SHIPPING = """mutation FreeShipping($input: DiscountCodeFreeShippingInput!) {
  act: discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) {
    node: codeDiscountNode { id } userErrors { field message }
  }
}"""
DISCOUNT_BY_CODE = """query DiscountByCode($code: String!) {
  codeDiscountNodeByCode(code: $code) { id codeDiscount {
    ... on DiscountCodeBasic { title createdAt }
    ... on DiscountCodeFreeShipping { title createdAt }
  } }
}"""
STOP_DISCOUNT = """mutation StopDiscount($id: ID!) {
  act: discountCodeDeactivate(id: $id) { node: codeDiscountNode { id } userErrors { field message } }
}"""
GIFT_CARD = """mutation GiftCard($input: GiftCardCreateInput!) {
  act: giftCardCreate(input: $input) { node: giftCard { id } code: giftCardCode userErrors { field message } }
}"""
GIFT_CARDS = """query GiftCards($query: String!) {
  giftCards(first: 50, query: $query, reverse: true) { nodes { id note createdAt maskedCode } }
}"""
STOP_GIFT_CARD = """mutation StopGiftCard($id: ID!) {
  act: giftCardDeactivate(id: $id) { node: giftCard { id } userErrors { field message } }
}"""
STORE_CREDIT = """mutation StoreCredit($id: ID!, $input: StoreCreditAccountCreditInput!) {
  act: storeCreditAccountCredit(id: $id, creditInput: $input) {
    node: storeCreditAccountTransaction { id createdAt account { id } } userErrors { field message }
  }
}"""
STORE_CREDITS = """query StoreCredits($id: ID!) {
  customer(id: $id) { storeCreditAccounts(first: 10) { nodes {
    id balance { amount currencyCode }
    transactions(first: 20, reverse: true, sortKey: CREATED_AT) { nodes {
      ... on StoreCreditAccountCreditTransaction { id createdAt amount { amount currencyCode } }
    } }
  } } }
}"""
DRAFT = """mutation Draft($input: DraftOrderInput!) {
  act: draftOrderCreate(input: $input) { node: draftOrder { id } userErrors { field message } }
}"""
COMPLETE_DRAFT = """mutation CompleteDraft($id: ID!) {
  act: draftOrderComplete(id: $id) { node: draftOrder { id order { id name } } userErrors { field message } }
}"""
DRAFTS_TAGGED = """query DraftsTagged($query: String!) {
  draftOrders(first: 5, query: $query, reverse: true) { nodes { id status tags order { id name } } }
}"""
SUBSCRIBE = """mutation Subscribe($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  act: webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
    node: webhookSubscription { id } userErrors { field message }
  }
}"""
SUBSCRIPTIONS = """query Subscriptions($after: String) {
  page: webhookSubscriptions(first: 100, after: $after) { nodes { id topic uri } pageInfo { hasNextPage endCursor } }
}"""
