import React from 'react';
import { createRoot } from 'react-dom/client';
import './style.css';

const root = document.body.appendChild(document.createElement('div'));
createRoot(root).render(<h1>Installed by lpm</h1>);
