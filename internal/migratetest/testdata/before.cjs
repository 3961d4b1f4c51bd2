const app = express()
app.use(cors({
  origin: ['https://app.example.com', /\.preview\.example\.com$/],
  methods: ['GET', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: ['Content-Type', 'Authorization'],
  exposedHeaders: ['X-Request-Id'],
  credentials: true,
  maxAge: 600,
}))
