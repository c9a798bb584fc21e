"""What is asked of Vendure's Admin API (3.x): https://docs.vendure.io/reference/graphql-api/admin/"""

ORDER = """
fragment Order on Order {
  id code state active type createdAt updatedAt orderPlacedAt currencyCode totalWithTax shippingWithTax couponCodes
  customer { id firstName lastName emailAddress phoneNumber }
  shippingAddress { fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  billingAddress { fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  discounts { amountWithTax }
  surcharges { id description sku priceWithTax price }
  taxSummary { taxTotal }
  shippingLines { shippingMethod { name } }
  lines {
    id quantity orderPlacedQuantity unitPriceWithTax linePriceWithTax proratedLinePriceWithTax proratedUnitPriceWithTax lineTax
    featuredAsset { preview }
    productVariant { id sku name product { id name } options { name group { name } } }
  }
  payments { id state amount method transactionId createdAt
    refunds { id state total items shipping adjustment reason createdAt paymentId lines { orderLineId quantity } } }
  fulfillments { id state method trackingCode createdAt updatedAt lines { orderLineId quantity } }
  modifications { id createdAt note priceChange }
}
"""
CARTS_OF = (
    """
query CartsOf($who: CustomerFilterParameter, $options: OrderListOptions) {
  customers(options: { take: 5, filter: $who }) { items { id orders(options: $options) { items { ...Order } } } } }
"""
    + ORDER
)
ORDERS = (
    "query Orders($options: OrderListOptions) { orders(options: $options) { totalItems items { ...Order } } }" + ORDER
)
ONE = "query One($id: ID!) { order(id: $id) { ...Order } }" + ORDER
NOTES = """
query Notes($id: ID!) { order(id: $id) { id state history(options: { take: 100, sort: { createdAt: DESC } }) {
  items { id type data createdAt isPublic } } } }
"""
LOGIN = """
mutation Login($username: String!, $password: String!) { login(username: $username, password: $password) {
  __typename ... on CurrentUser { id channels { permissions } } ... on ErrorResult { errorCode message } } }
"""
SHOP = """
query Shop { activeChannel { id code token defaultCurrencyCode defaultLanguageCode seller { name } pricesIncludeTax }
  me { id channels { id permissions } } }
"""
PRODUCTS = """
query Products($options: ProductListOptions) { products(options: $options) { totalItems items {
  id name slug description updatedAt enabled featuredAsset { preview } collections { name }
  variants { id sku name priceWithTax currencyCode trackInventory stockLevels { stockOnHand stockAllocated } } } } }
"""
CUSTOMERS = """
query Customers($options: CustomerListOptions) { customers(options: $options) { totalItems items {
  id firstName lastName emailAddress phoneNumber updatedAt
  addresses { fullName streetLine1 streetLine2 city postalCode country { code } phoneNumber } } } }
"""
REFUND = """
mutation Refund($input: RefundOrderInput!) { act: refundOrder(input: $input) {
  __typename ... on Refund { id state total } ... on ErrorResult { errorCode message } } }
"""
SETTLE = """
mutation Settle($input: SettleRefundInput!) { act: settleRefund(input: $input) {
  __typename ... on Refund { id state total } ... on ErrorResult { errorCode message } } }
"""
CANCEL = """
mutation Cancel($input: CancelOrderInput!) { act: cancelOrder(input: $input) {
  __typename ... on Order { id state } ... on ErrorResult { errorCode message } } }
"""
NOTE = "mutation Note($input: AddNoteToOrderInput!) { act: addNoteToOrder(input: $input) { __typename id } }"
DELETE_NOTE = "mutation DeleteNote($id: ID!) { act: deleteOrderNote(id: $id) { __typename result message } }"
TRANSITION = """
mutation Transition($id: ID!, $state: String!) { act: transitionOrderToState(id: $id, state: $state) {
  __typename ... on Order { id state } ... on OrderStateTransitionError { errorCode message transitionError } } }
"""
MODIFY = """
mutation Modify($input: ModifyOrderInput!) { act: modifyOrder(input: $input) {
  __typename ... on Order { id state } ... on ErrorResult { errorCode message } } }
"""
PROMOTION = """
mutation Promotion($input: CreatePromotionInput!) { act: createPromotion(input: $input) {
  __typename ... on Promotion { id couponCode name } ... on ErrorResult { errorCode message } } }
"""
PROMOTIONS = """
query Promotions($options: PromotionListOptions) { promotions(options: $options) { items { id couponCode name enabled } } }
"""
DELETE_PROMOTION = "mutation DeletePromotion($id: ID!) { act: deletePromotion(id: $id) { __typename result message } }"
DRAFT = "mutation Draft { act: createDraftOrder { __typename id code state } }"
DRAFT_ITEM = """
mutation DraftItem($id: ID!, $input: AddItemToDraftOrderInput!) { act: addItemToDraftOrder(orderId: $id, input: $input) {
  __typename ... on Order { id } ... on ErrorResult { errorCode message } } }
"""
DRAFT_CUSTOMER = """
mutation DraftCustomer($id: ID!, $customer: ID) { act: setCustomerForDraftOrder(orderId: $id, customerId: $customer) {
  __typename ... on Order { id } ... on ErrorResult { errorCode message } } }
"""
DRAFT_ADDRESS = """
mutation DraftAddress($id: ID!, $input: CreateAddressInput!) {
  act: setDraftOrderShippingAddress(orderId: $id, input: $input) { __typename id } }
"""
DRAFT_COUPON = """
mutation DraftCoupon($id: ID!, $code: String!) { act: applyCouponCodeToDraftOrder(orderId: $id, couponCode: $code) {
  __typename ... on Order { id totalWithTax } ... on ErrorResult { errorCode message } } }
"""
DRAFT_METHODS = "query DraftMethods($id: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $id) { id name } }"
DRAFT_METHOD = """
mutation DraftMethod($id: ID!, $method: ID!) { act: setDraftOrderShippingMethod(orderId: $id, shippingMethodId: $method) {
  __typename ... on Order { id totalWithTax } ... on ErrorResult { errorCode message } } }
"""
PAY = """
mutation Pay($input: ManualPaymentInput!) { act: addManualPaymentToOrder(input: $input) {
  __typename ... on Order { id state } ... on ErrorResult { errorCode message } } }
"""
METHODS = "query Methods { paymentMethods(options: { take: 50 }) { items { code enabled } } }"
FIND = (
    """
query Find($email: String!) { customers(options: { take: 5, filter: { emailAddress: { eq: $email } } }) { items {
  orders(options: { take: 20, sort: { orderPlacedAt: DESC } }) { items { ...Order } } } } }
"""
    + ORDER
)
