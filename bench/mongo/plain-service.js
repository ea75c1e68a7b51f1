// The service as everyone writes it, with Express and Mongoose: it looks for an order within three hours,
// then inserts. No validation, log, numbers, transaction or promise; two at once both get in.
import express from 'express';
import mongoose from 'mongoose';

const [url] = process.argv.slice(2);
const WINDOW_MS = 180 * 60_000;

const orderSchema = new mongoose.Schema(
  {
    datetime: { type: Date, required: true, index: true },
    totalfee: { type: Number, required: true },
    services: [{ type: mongoose.Schema.Types.ObjectId, ref: 'Service' }],
  },
  { timestamps: true },
);
const Order = mongoose.model('Order', orderSchema);

const app = express();
app.use(express.json());

app.post('/orders', async (req, res) => {
  const { datetime, totalfee, services } = req.body;
  const at = new Date(datetime).getTime();
  const near = await Order.findOne({
    datetime: { $gte: new Date(at - WINDOW_MS), $lte: new Date(at + WINDOW_MS) },
  });
  if (near) {
    res.status(400).json({
      success: false,
      data: null,
      message: 'There is already an order within 3 hours of the specified datetime',
      status: 400,
    });
    return;
  }
  const order = await Order.create({ datetime, totalfee, services });
  res.status(201).json({ success: true, data: order, message: 'Order created', status: 201 });
});

app.get('/orders', async (_req, res) => {
  const orders = await Order.find();
  res.json({ success: true, data: orders, message: 'Orders listed', status: 200 });
});

await mongoose.connect(url);
await Order.init();
const server = app.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ address: `http://127.0.0.1:${server.address().port}` })),
);
