import { createRoot } from 'react-dom/client';
import { App } from './App';
import { listenForAnswers } from './answering';
import { watchLacks } from './lacks/lacks';
import { findSession } from './session';
import './styles/index.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root.');
watchLacks();
listenForAnswers();
void findSession();
createRoot(root).render(<App />);
