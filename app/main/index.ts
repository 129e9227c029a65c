// The desktop program's entry: it only composes.
import { app } from 'electron';

app.enableSandbox();
