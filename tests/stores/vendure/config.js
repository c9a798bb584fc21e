const { DefaultJobQueuePlugin, DefaultSearchPlugin, DefaultLogger, LogLevel, dummyPaymentHandler, LanguageCode } = require('@vendure/core');
const { ComptoirWebhooks } = require('./vendure-webhooks');
const u = new URL(process.env.VENDURE_DB || 'postgres://postgres@127.0.0.1:5432/vendure');
exports.config = {
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  defaultLanguageCode: LanguageCode.fr,
  apiOptions: { hostname: '127.0.0.1', port: +(process.env.VENDURE_PORT || 3999), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: { tokenMethod: ['bearer', 'cookie'], requireVerification: false,
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' }, cookieOptions: { secret: 'ci' } },
  dbConnectionOptions: { type: 'postgres', host: u.searchParams.get('host') || u.hostname, port: +u.port || 5432, username: decodeURIComponent(u.username), password: decodeURIComponent(u.password), database: u.pathname.slice(1), synchronize: true, logging: false },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  plugins: [ComptoirWebhooks, DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }), DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true })],
};
